#!/usr/bin/env python3
"""Makes kubernetes.json: JSON schemas of the kinds that Bulwark's manifests have, from Kubernetes' Go types, as its own OpenAPI
is made: a field is required unless its tag says omitempty or its comment +optional, and no other field is allowed.

    apt-get download golang-k8s-api-dev golang-k8s-apimachinery-dev
    for package in *.deb; do dpkg -x "$package" sources; done
    ./make-schemas.py sources/usr/share/gocode/src/k8s.io 1.32 > kubernetes.json
"""

import json
import pathlib
import re
import sys

KINDS = {
    "v1": "core/v1 ConfigMap LimitRange Namespace PersistentVolumeClaim Pod Service ServiceAccount",
    "apps/v1": "apps/v1 Deployment StatefulSet",
    "networking.k8s.io/v1": "networking/v1 Ingress NetworkPolicy",
    "policy/v1": "policy/v1 PodDisruptionBudget",
    "scheduling.k8s.io/v1": "scheduling/v1 PriorityClass",
}
# What has its own code for JSON.
SPECIAL = {
    "Quantity": {"type": ["string", "number"], "pattern": "^[0-9]+(\\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?$"},
    "IntOrString": {"type": ["string", "integer"]},
    "Time": {"type": "string"},
    "MicroTime": {"type": "string"},
    "FieldsV1": {"type": "object"},
    "RawExtension": {"type": "object"},
}
PLAIN = {"string": "string", "bool": "boolean", "byte": "integer", "float64": "number", "any": "object"}
PLAIN.update({name: "integer" for name in ("int", "int32", "int64", "uint8", "uint32", "uint64")})
DECLARATION = re.compile(r"((?:^//.*\n)*)^type (\w+) (struct \{\n((?:.*\n)*?)\}|.+)$", re.M)
FIELD = re.compile(r'^\t(?:(\w+)\s+)?(\S+)\s+`(?:[^`]*\s)?json:"([^"]*)"[^`]*`', re.M)
CONSTANT = re.compile(r'^\s*\w+\s+(?:(\w+)\s+= "([^"]*)"|= (\w+)\("([^"]*)"\))', re.M)


def read(root):
    """Types by package and name: comment, what it is, and for a string the constants of its type."""
    types, constants = {}, {}
    folders = [root / "api" / each.split()[0] for each in KINDS.values()]
    folders += [root / "apimachinery/pkg" / each for each in ("apis/meta/v1", "types", "api/resource", "util/intstr", "runtime")]
    for folder in folders:
        package = "meta/v1" if folder.match("apis/meta/v1") else str(folder.relative_to(root)).replace("api/", "", 1)
        for file in sorted(folder.glob("*.go")):
            if file.name.endswith("_test.go") or file.name.startswith("generated"):
                continue
            text = file.read_text()
            for comment, name, shape, fields in DECLARATION.findall(text):
                types.setdefault((package, name), (comment, shape, fields))
            for kind, value, cast, of_cast in CONSTANT.findall(text):
                constants.setdefault((package, kind or cast), []).append(value or of_cast)
    return types, constants


class Schemas:
    def __init__(self, root):
        self.types, self.constants = read(root)
        self.definitions = {}

    def of(self, package, go):
        """The schema of a type as it stands in a field."""
        go = go.lstrip("*")
        if go.startswith("map["):
            return {"type": "object", "additionalProperties": self.of(package, go[go.index("]") + 1 :])}
        if go == "[]byte":
            return {"type": "string"}
        if go.startswith("[]"):
            return {"type": "array", "items": self.of(package, go[2:])}
        alias, _, name = go.rpartition(".")
        if name in SPECIAL:
            return SPECIAL[name]
        if name in PLAIN and not alias:
            return {"type": PLAIN[name]}
        package = {"": package, "metav1": "meta/v1", "v1": "core/v1" if package != "core/v1" else "meta/v1"}.get(alias, package)
        package = {"types": "apimachinery/pkg/types"}.get(alias, package)
        if (package, name) not in self.types:
            package = next(found for found, own in self.types if own == name)
        return self.named(package, name)

    def named(self, package, name):
        comment, shape, fields = self.types[package, name]
        if not shape.startswith("struct"):
            schema = self.of(package, shape)
            if "+enum" in comment:
                schema = {**schema, "enum": sorted(self.constants[package, name])}
            return schema
        key = f"{package}.{name}".replace("/", ".")
        if key not in self.definitions:
            self.definitions[key] = None  # for types that have themselves
            properties, required = self.fields(package, fields)
            self.definitions[key] = {"type": "object", "additionalProperties": False, "properties": properties}
            if required:
                self.definitions[key]["required"] = sorted(required)
        return {"$ref": f"#/definitions/{key}"}

    def fields(self, package, text):
        properties, required, comment = {}, set(), ""
        for line in text.split("\n"):
            if line.strip().startswith("//"):
                comment += line
                continue
            field = FIELD.match(line)
            if field:
                _, go, tag = field.groups()
                name, *options = tag.split(",")
                if "inline" in options or (not name and not options):
                    alias, _, own = go.lstrip("*").rpartition(".")
                    inner = "meta/v1" if alias == "metav1" else package
                    more, needed = self.fields(inner, self.types[inner, own][2])
                    properties.update(more)
                    required |= needed
                elif name != "-":
                    properties[name] = self.of(package, go)
                    if "omitempty" not in options and "+optional" not in comment:
                        required.add(name)
            comment = ""
        return properties, required


def main():
    root, version = pathlib.Path(sys.argv[1]), sys.argv[2]
    schemas = Schemas(root)
    kinds = {}
    for group, line in KINDS.items():
        package, *names = line.split()
        for name in names:
            kinds[f"{group} {name}"] = schemas.named(package, name)
    print(
        json.dumps(
            {
                "$comment": f"Made by make-schemas.py from the Go types of Kubernetes {version} (Apache-2.0).",
                "kinds": kinds,
                "definitions": dict(sorted(schemas.definitions.items())),
            },
            indent=1,
        )
    )


main()
