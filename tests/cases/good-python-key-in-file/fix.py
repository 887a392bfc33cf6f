import re
from pathlib import Path
path = Path("/etc/sysctl.conf")
text = path.read_text()
wanted = "kernel.kptr_restrict = 2"
if not re.search(rf"(?m)^{re.escape(wanted)}$", text):
    text = re.sub(r"(?m)^\s*kernel\.kptr_restrict\b.*\n", "", text)
    path.write_text(text.rstrip("\n") + "\n" + wanted + "\n")
