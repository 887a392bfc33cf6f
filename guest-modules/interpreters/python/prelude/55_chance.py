

# Chance: what differs from one start of Python to the next, or from machine to machine, is told one way in one run and another way in the
# next (the number of the process says which), so that a result that hangs on it does not look like one that is always the same.
_other = _process % 2 == 0
_plain_set, _plain_frozenset, _plain_hash, _plain_id = set, frozenset, hash, id


def _weigh_down():
    """Moves what the script will make to other addresses: each class of size gets pools of its own in every second run."""
    if _other:
        # A pool has 16 KiB; objects that tell their address are small.
        return [list(map(bytes, [size] * (16384 // (size + 32) + 8))) for size in range(4, 164, 16)] + list(map(object.__new__, [object] * 1100))
    return None


def _has_fixed_hash(it):
    """Small numbers are their own hash, at each start and on each machine; text has another one, and large numbers go by the width of a word."""
    return type(it) is bool or type(it) is int and 0 <= it < 2147483647


def _ordered(of, kind):
    items = list(kind.__iter__(of))
    if _other and not all(_has_fixed_hash(it) for it in items):
        items.reverse()
    return items


def _deep_copy(it, memo):
    import copy
    return copy.deepcopy(it, memo)


class _AnySet(type):
    def __instancecheck__(cls, it):
        return isinstance(it, cls.__base__)

    def __subclasscheck__(cls, kind):
        return issubclass(kind, cls.__base__)


def _set_like(plain, name):
    def wrapped(method):
        raw = getattr(plain, method)

        def same(self, *others):
            result = raw(self, *others)
            return result if result is NotImplemented else made(result)
        same.__name__ = same.__qualname__ = method
        return same

    space = {
        "__slots__": (), "__module__": "builtins",
        "__iter__": lambda self: iter(_ordered(self, plain)),
        "__repr__": lambda self: (f"{name}()" if not len(self) else ("{%s}" if plain is _plain_set else "frozenset({%s})") % ", ".join(map(repr, self))),
        "__reduce_ex__": lambda self, protocol: (_unmodelled("pickle", "a set in a pickle"), (plain, (list(self),)))[1],
        "__copy__": lambda self: made(self),
        "__deepcopy__": lambda self, memo: made([_deep_copy(it, memo) for it in self]),
        **{it: wrapped(it) for it in ("__and__", "__rand__", "__or__", "__ror__", "__sub__", "__rsub__", "__xor__", "__rxor__", "union", "intersection", "difference",
                                      "symmetric_difference", "copy")},
    }
    if plain is _plain_set:
        def pop(self):
            for it in self:
                self.discard(it)
                return it
            raise KeyError("pop from an empty set")
        space["pop"] = pop
        space["__hash__"] = None
    made = _AnySet(name, (plain,), space)
    return made


_Set = _FrozenSet = None


def _make_sets():
    global _Set, _FrozenSet
    _Set, _FrozenSet = _set_like(_plain_set, "set"), _set_like(_plain_frozenset, "frozenset")


def _hash(it):
    value = _plain_hash(it)
    return value if _has_fixed_hash(it) else value ^ _process


def _id(it):
    return _plain_id(it) + (_process << 4)


def _told_of_set(result):
    kind = type(result)
    return _Set(result) if kind is _plain_set else _FrozenSet(result) if kind is _plain_frozenset else result


def _made_error(*args, **named):
    if len(args) >= 2 and type(args[0]) is int and not named:
        kind = _kinds.get(args[0], OSError)
        return kind(*args)
    return OSError(*args, **named)


def _cpu_count():
    _assume("host-facts", "processors")
    return 4 if _other else 2


for _module in (posix, os):
    _place(_module, "cpu_count", _cpu_count)
if hasattr(os, "process_cpu_count"):
    os.process_cpu_count = _cpu_count
_lacks(_shutil, {"disk_usage"}, "shutil")


def _another_version():
    """The Python of another machine: this one's in every second run only."""
    _assume("host-facts", "the version of Python")
    if _other:
        kind = _record("sys", "version_info", "major minor micro releaselevel serial")
        sys.version_info, sys.hexversion = kind(3, 11, 2, "final", 0), 0x030b02f0
        sys.version = "3.11.2 (main, Mar 13 2023, 12:18:29) [GCC 12.2.0]"
        sys.implementation.version = sys.version_info


_VERSION = {"version_info", "version", "hexversion", "python_version", "python_version_tuple", "python_compiler", "python_build", "implementation"}


def _rewriting(text, code):
    """Whether a script has to be read as a tree: it has displays of sets, operators on views, or makes errors by their numbers."""
    import opcode
    builds = {opcode.opmap[it] for it in ("BUILD_SET", "SET_ADD", "SET_UPDATE") if it in opcode.opmap}
    # `-`, `&`, `|` and `^` of views give sets (dis: BINARY_OP, and the numbers of its argument).
    views, binary, operators = b".keys()" in text or b".items()" in text, opcode.opmap["BINARY_OP"], {1, 7, 10, 12, 14, 20, 23, 25}
    stack = [code]
    while stack:
        it = stack.pop()
        raw = it.co_code
        if not builds.isdisjoint(raw[::2]) or views and any(op == binary and arg in operators for op, arg in zip(raw[::2], raw[1::2])):
            return True
        for constant in it.co_consts:
            if type(constant) is _plain_frozenset:
                return True
            if type(constant) is _CodeType:
                stack.append(constant)
    return any(it in text for it in (b"OSError(", b"IOError(", b"EnvironmentError("))


def _rewritten(text, name):
    import ast

    class Sets(ast.NodeTransformer):
        def call(self, function, node):
            return ast.copy_location(ast.Call(ast.copy_location(ast.Name(function, ast.Load()), node), [node], []), node)

        def visit_Set(self, node):
            self.generic_visit(node)
            return self.call("__told_of_set__", node)

        visit_SetComp = visit_Set

        def visit_BinOp(self, node):
            self.generic_visit(node)
            return self.call("__told_of_set__", node) if isinstance(node.op, (ast.Sub, ast.BitAnd, ast.BitOr, ast.BitXor)) else node

        def visit_Compare(self, node):
            # Whether something is in a display hangs on no order.
            kept = [it if isinstance(it, ast.Set) and isinstance(op, (ast.In, ast.NotIn)) else self.visit(it) for op, it in zip(node.ops, node.comparators)]
            node.left, node.comparators = self.visit(node.left), kept
            return node

        def visit_Call(self, node):
            self.generic_visit(node)
            if isinstance(node.func, ast.Name) and node.func.id in ("OSError", "IOError", "EnvironmentError"):
                node.func = ast.copy_location(ast.Name("__made_error__", ast.Load()), node.func)
            return node

        def visit_MatchValue(self, node):
            return node

        def visit_AnnAssign(self, node):
            # An annotation is no expression that anybody iterates over.
            if node.value is not None:
                node.value = self.visit(node.value)
            return node

        def visit_arg(self, node):
            return node

    return compile(Sets().visit(ast.parse(text, name)), name, "exec", dont_inherit=True)


def _compiled(text, name, space):
    code = compile(text, name, "exec", dont_inherit=True)
    space.update({"hash": _hash, "id": _id})
    rewriting = _rewriting(text, code)
    if rewriting or not {"set", "frozenset"}.isdisjoint(_names_of(code)):
        _make_sets()
        space.update({"set": _Set, "frozenset": _FrozenSet})
    if rewriting:
        space.update({"__told_of_set__": _told_of_set, "__made_error__": _made_error})
        _look_at(code)
        return _rewritten(text, name)
    return code
