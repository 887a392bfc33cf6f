import json, os
path = "/etc/app/settings.json"
os.makedirs("/etc/app", exist_ok=True)
data = {}
if os.path.exists(path):
    with open(path) as f:
        data = json.load(f)
data["tls"] = {"minimum": "1.2"}
with open(path, "w") as f:
    json.dump(data, f, indent=2, sort_keys=True)
