# The same in polars: read, parse, collisions, sort, write; lazily, with the
# streaming engine where it can be had, on all of the machine's cores.
import sys
import polars as pl

DOMAIN, ROUTED = "example.com", "rackspace.example.com"
LOCAL = r"^[a-z0-9_-]+(\.[a-z0-9_-]+)*$"

people = pl.read_csv(sys.argv[1], infer_schema=False).with_columns(
    pl.col(pl.String).fill_null(""))
people = people.with_columns(
    whole=pl.col("address").str.strip_chars().str.to_lowercase(),
).with_columns(
    local=pl.col("whole").str.strip_suffix("@" + DOMAIN),
    moves=pl.when(pl.col("wave") != "").then(pl.col("wave")).cast(pl.UInt16),
)
bad = people.filter(~(
    pl.col("whole").str.ends_with("@" + DOMAIN)
    & pl.col("local").str.contains(LOCAL)
    & (pl.col("local").str.len_bytes() <= 64)
    & pl.col("home").is_in(["host", "external"])
    & pl.col("strategy").is_in(["contact", "forward", "retire"])))
if bad.height:
    sys.exit(f"no person: {bad}")
if people["local"].is_duplicated().any():
    sys.exit("an address twice")

# Other addresses that are nobody else's.
others = people.select("local", alias=pl.col("aliases").str.to_lowercase().str.split(" ")).explode("alias")
others = others.filter(pl.col("alias") != "")
if others.filter(~pl.col("alias").str.strip_suffix("@" + DOMAIN).str.contains(LOCAL)).height:
    sys.exit("no alias")
others = others.filter(~pl.col("alias").is_duplicated())
others = others.join(people.select(alias=pl.col("whole")), on="alias", how="anti")
others = others.group_by("local", maintain_order=True).agg(others=pl.col("alias").str.join(" "))

# Names, unique without regard to case.
plain = pl.col("display_name").str.slice(0, 58) + " (SDR)"
mark = " (" + pl.col("local").str.slice(0, 30) + ", SDR)"
named = pl.concat_str(pl.col("display_name").str.slice(0, 31), mark)
people = people.with_columns(
    shared=plain.str.to_lowercase().is_duplicated(),
).with_columns(Name=pl.when("shared").then(named).otherwise(plain))
if people["Name"].str.to_lowercase().is_duplicated().any():
    sys.exit("a name twice")

people = people.join(others, on="local", how="left")
people.filter((pl.col("home") == "host") | pl.col("moves").is_not_null()).sort("local").select(
    "Name",
    Alias=pl.col("local").str.slice(0, 60) + "-sdr",
    DisplayName="display_name",
    FirstName="first_name",
    LastName="last_name",
    PrimarySmtpAddress="whole",
    ExternalEmailAddress=pl.col("local") + "@" + ROUTED,
    OtherAddresses=pl.col("others").fill_null(""),
    Strategy="strategy",
).write_csv(sys.argv[2], include_bom=True, line_terminator="\r\n", quote_style="always")
