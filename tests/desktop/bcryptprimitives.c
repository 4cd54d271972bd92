/* Wine 8 lacks this DLL of Windows 10: random bytes, by the older call. */
__declspec(dllimport) unsigned char __stdcall SystemFunction036(void *bytes, unsigned long count);
__declspec(dllexport) int __stdcall ProcessPrng(void *bytes, unsigned long long count) {
  return SystemFunction036(bytes, (unsigned long)count);
}
