"""What other people's libraries say of our DNS files: botocore's model of
Route 53, octoDNS's own validation, an HCL parser. Prints JSON, or fails.

    judge.py route53 FILE ... | octodns FILE ... | hcl FILE ...

One answer for each file, in order. The zone of octoDNS is example.com.
"""

import json
import pathlib
import shutil
import sys
import tempfile


def route53(path):
    import botocore.loaders
    import botocore.model
    import botocore.validate

    api = botocore.loaders.Loader().load_service_model("route53", "service-2")
    shapes = botocore.model.ServiceModel(api)
    batch = json.loads(pathlib.Path(path).read_text())
    wanted = shapes.operation_model("ChangeResourceRecordSets").input_shape
    report = botocore.validate.ParamValidator().validate(
        {"HostedZoneId": "Z1", "ChangeBatch": batch}, wanted
    )
    assert not report.has_errors(), report.generate_report()
    # The validator looks at types and keys alone: enums and lengths by hand.
    assert len(batch["Comment"]) <= shapes.shape_for("ResourceDescription").metadata["max"]
    for change in batch["Changes"]:
        assert change["Action"] in shapes.shape_for("ChangeAction").enum
        records = change["ResourceRecordSet"]
        assert records["Type"] in shapes.shape_for("RRType").enum
        assert len(records["Name"]) <= shapes.shape_for("DNSName").metadata["max"]
        limits = shapes.shape_for("TTL").metadata
        assert limits["min"] <= records["TTL"] <= limits["max"]
    return batch


def octodns(path):
    from octodns.manager import Manager
    from octodns.provider.yaml import YamlProvider
    from octodns.zone import Zone

    folder = pathlib.Path(tempfile.mkdtemp())
    config = folder / "config"
    config.mkdir()
    (config / "example.com.yaml").write_text(pathlib.Path(path).read_text())
    (folder / "main.yaml").write_text(
        "providers:\n  config:\n    class: octodns.provider.yaml.YamlProvider\n"
        f"    directory: {config}\n    enforce_order: true\n"
        "  out:\n    class: octodns.provider.yaml.YamlProvider\n"
        f"    directory: {folder}/out\n"
        "zones:\n  example.com.:\n    sources: [config]\n    targets: [out]\n"
    )
    # What octodns-validate runs.
    Manager(str(folder / "main.yaml")).validate_configs()
    read = Zone("example.com.", [])
    YamlProvider("config", str(config)).populate(read)
    shutil.rmtree(folder)
    return [
        [record.fqdn, record.ttl, [[v.preference, v.exchange] for v in record.values]]
        for record in read.records
    ]


def hcl(path):
    import hcl2

    with open(path) as file:
        return hcl2.load(file)


judge = {"route53": route53, "octodns": octodns, "hcl": hcl}[sys.argv[1]]
print(json.dumps([judge(path) for path in sys.argv[2:]]))
