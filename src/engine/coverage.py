# Lists the imports of a script, and the commands that it starts whose words stand there, without running it.
import ast
import base64
import sys

fix = base64.b64decode("TEXT_OF_THE_FIX")
STARTERS = {
    ("subprocess", "run"), ("subprocess", "call"), ("subprocess", "check_call"), ("subprocess", "check_output"), ("subprocess", "Popen"),
    ("subprocess", "getoutput"), ("subprocess", "getstatusoutput"), ("os", "system"), ("os", "popen"),
}


def say(line, kind, *words):
    words = [word.replace("\x1e", " ").replace("\x1f", " ") for word in words]
    sys.stdout.write("\x1f".join([str(line), kind, *words]) + "\x1f\x1e")


try:
    tree = ast.parse(fix)
except (SyntaxError, ValueError) as error:
    say(getattr(error, "lineno", None) or 1, "syntax", f"Python can't read it: {error}")
    sys.exit(0)
names = {}
for node in ast.walk(tree):
    if isinstance(node, ast.Import):
        for it in node.names:
            names[it.asname or it.name.split(".")[0]] = it.name
            say(node.lineno, "import", it.name)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        for it in node.names:
            names[it.asname or it.name] = f"{node.module}.{it.name}"
        say(node.lineno, "import", node.module)
for node in ast.walk(tree):
    if not isinstance(node, ast.Call) or not node.args:
        continue
    called = ast.unparse(node.func)
    head, _, tail = called.partition(".")
    whole = names.get(head, head) + ("." + tail if tail else "")
    if tuple(whole.rsplit(".", 1)) not in STARTERS:
        continue
    first = node.args[0]
    try:
        words = ast.literal_eval(first)
    except ValueError:
        known = isinstance(first, ast.List) and first.elts and isinstance(first.elts[0], ast.Constant)
        say(node.lineno, "program?", str(first.elts[0].value) if known else "$" + ast.unparse(first))
        continue
    if isinstance(words, str):
        say(node.lineno, "program", "bash", "-c", words)
    elif isinstance(words, (list, tuple)) and words and all(isinstance(word, str) for word in words):
        say(node.lineno, "program", *words)
