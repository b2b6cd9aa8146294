"""CEL, read: source text to a tree of tuples (SPEC section 8: "CEL").

The nodes: ("lit", v) ("name", n) ("field", e, n) ("index", e, e) ("call", fn, target | None, args)
("list", es) ("map", pairs) ("unary", op, e) ("binary", op, a, b) ("and"|"or", a, b) ("if", c, a, b)
("has", e, n) ("fold", macro, range, variable, bodies).
"""

import ast
import re


class SyntaxFault(ValueError):
    """The text is not CEL."""


_TOKEN = re.compile(
    r"""(?P<blank>\s+|//[^\n]*)
    |(?P<float>(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?))
    |(?P<int>0x[0-9a-fA-F]+|\d+)
    |(?P<string>[rR]?(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
    |(?P<name>[_a-zA-Z][_a-zA-Z0-9]*)
    |(?P<op>\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])""",
    re.VERBOSE,
)
_CONSTANTS = {"true": True, "false": False, "null": None}
_MACROS = {"all": (1,), "exists": (1,), "exists_one": (1,), "filter": (1,), "map": (1, 2)}
_LEVELS = [("==", "!=", "<", "<=", ">", ">=", "in"), ("+", "-"), ("*", "/", "%")]


def _tokens(source):
    at, found = 0, []
    while at < len(source):
        match = _TOKEN.match(source, at)
        if not match:
            raise SyntaxFault(f"unexpected {source[at]!r}")
        at = match.end()
        if match.lastgroup != "blank":
            found.append((match.lastgroup, match.group()))
    return found + [("end", "")]


class _Reader:
    def __init__(self, source):
        self.tokens, self.at = _tokens(source), 0

    def peek(self):
        return self.tokens[self.at]

    def take(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def accept(self, *texts):
        kind, text = self.peek()
        if text in texts and (kind == "op" or (kind == "name" and text == "in")):
            return self.take()[1]
        return None

    def expect(self, text):
        if not self.accept(text):
            raise SyntaxFault(f"expected {text!r}, found {self.peek()[1]!r}")

    def expression(self):
        condition = self.either()
        if not self.accept("?"):
            return condition
        yes = self.either()
        self.expect(":")
        return ("if", condition, yes, self.expression())

    def either(self):
        left = self.both()
        while self.accept("||"):
            left = ("or", left, self.both())
        return left

    def both(self):
        left = self.level(0)
        while self.accept("&&"):
            left = ("and", left, self.level(0))
        return left

    def level(self, depth):
        if depth == len(_LEVELS):
            return self.unary()
        left = self.level(depth + 1)
        while op := self.accept(*_LEVELS[depth]):
            left = ("binary", op, left, self.level(depth + 1))
        return left

    def unary(self):
        if self.accept("!"):
            return ("unary", "!", self.unary())
        if self.accept("-"):
            return ("unary", "-", self.unary())
        return self.member()

    def member(self):
        node = self.primary()
        while True:
            if self.accept("."):
                kind, field = self.take()
                if kind != "name":
                    raise SyntaxFault(f"expected a field, found {field!r}")
                if self.accept("("):
                    node = self.method(node, field)
                else:
                    node = ("field", node, field)
            elif self.accept("["):
                node = ("index", node, self.expression())
                self.expect("]")
            else:
                return node

    def method(self, target, name):
        args = self.arguments(")")
        if name in _MACROS and len(args) - 1 in _MACROS[name] and args[0][0] == "name":
            return ("fold", name, target, args[0][1], args[1:])
        return ("call", name, target, args)

    def arguments(self, closing):
        args = []
        while not self.accept(closing):
            args.append(self.expression())
            if not self.accept(","):
                self.expect(closing)
                break
        return args

    def primary(self):
        kind, text = self.take()
        if kind == "int":
            return ("lit", int(text, 0) if text.startswith("0x") else int(text))
        if kind == "float":
            return ("lit", float(text))
        if kind == "string":
            return ("lit", ast.literal_eval(text))
        if kind == "name":
            if text in _CONSTANTS:
                return ("lit", _CONSTANTS[text])
            if not self.accept("("):
                return ("name", text)
            args = self.arguments(")")
            if text == "has":
                if len(args) != 1 or args[0][0] != "field":
                    raise SyntaxFault("has() asks for a field")
                return ("has", args[0][1], args[0][2])
            return ("call", text, None, args)
        if text == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        if text == "[":
            return ("list", self.arguments("]"))
        if text == "{":
            return ("map", self.pairs())
        raise SyntaxFault(f"unexpected {text!r}")

    def pairs(self):
        pairs = []
        while not self.accept("}"):
            key = self.expression()
            self.expect(":")
            pairs.append((key, self.expression()))
            if not self.accept(","):
                self.expect("}")
                break
        return pairs


def parse(source):
    reader = _Reader(source)
    tree = reader.expression()
    if reader.peek()[0] != "end":
        raise SyntaxFault(f"unexpected {reader.peek()[1]!r}")
    return tree
