using System.Globalization;

namespace OpsMesh.Sidecar.Cel;

/// <summary>Reads the part of the Common Expression Language that routes and circuit breakers use.</summary>
internal sealed class CelParser
{
    private const int DeepestNesting = 100;
    private const string Types = " bool bytes double int list map null_type string type uint ";

    private readonly List<CelToken> _tokens;
    private int _at;
    private int _depth;

    private CelParser(string text) => _tokens = CelLexer.Read(text);

    private CelToken Current => _tokens[_at];

    /// <exception cref="CelException">Names the column and what is wrong there.</exception>
    public static CelNode Parse(string text)
    {
        var parser = new CelParser(text);
        var node = parser.Conditional();
        return parser.Current.Kind == CelTokenKind.End ? node : throw parser.Unexpected("the end");
    }

    private CelNode Conditional()
    {
        if (++_depth > DeepestNesting)
        {
            throw new CelException($"column {Current.At}: nested too deeply");
        }

        var condition = Binary(0);
        if (Take("?"))
        {
            var then = Conditional();
            Expect(":");
            condition = new CelConditional(condition, then, Conditional());
        }

        _depth--;
        return condition;
    }

    private CelNode Binary(int level)
    {
        if (level == 5)
        {
            return Unary();
        }

        var left = Binary(level + 1);
        while (OperatorAt(level) is { } symbol)
        {
            _at++;
            var right = Binary(level + 1);
            left = symbol switch
            {
                "||" => new CelLogic(left, right, Decisive: true),
                "&&" => new CelLogic(left, right, Decisive: false),
                _ => new CelOperation(symbol, left, right),
            };
        }

        return left;
    }

    private string? OperatorAt(int level)
    {
        var token = Current;
        if (token.Kind == CelTokenKind.Identifier)
        {
            return level == 2 && token.Text == "in" ? "in" : null;
        }

        return token.Kind == CelTokenKind.Symbol && LevelOf(token.Text) == level ? token.Text : null;
    }

    private static int LevelOf(string symbol) => symbol switch
    {
        "||" => 0,
        "&&" => 1,
        "==" or "!=" or "<" or "<=" or ">" or ">=" => 2,
        "+" or "-" => 3,
        "*" or "/" or "%" => 4,
        _ => -1,
    };

    private CelNode Unary()
    {
        if (Take("!"))
        {
            return new CelNot(Unary());
        }

        return Take("-") ? new CelNegation(Unary()) : Postfix();
    }

    private CelNode Postfix()
    {
        var node = Primary();
        while (true)
        {
            if (Take("."))
            {
                node = AfterDot(node);
            }
            else if (Take("["))
            {
                node = new CelIndex(node, Conditional());
                Expect("]");
            }
            else
            {
                return node;
            }
        }
    }

    private CelNode AfterDot(CelNode target)
    {
        var name = Name();
        if (!Current.Is("("))
        {
            return new CelMember(target, name.Text);
        }

        _at++;
        if (CelMacro.Names.Contains($" {name.Text} ", StringComparison.Ordinal))
        {
            var variable = Name();
            Expect(",");
            var body = Conditional();
            Expect(")");
            return new CelMacro(name.Text, target, variable.Text, body);
        }

        var arguments = Arguments();
        return CelFunctions.IsMethod(name.Text, arguments.Count)
            ? new CelCall(name.Text, [target, .. arguments])
            : throw new CelException($"column {name.At}: there is no method '{name.Text}' with {arguments.Count} arguments");
    }

    private CelNode Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case CelTokenKind.Text:
                _at++;
                return new CelLiteral(token.Text);
            case CelTokenKind.Integer when long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole):
                _at++;
                return new CelLiteral(whole);
            case CelTokenKind.Real when double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real):
                _at++;
                return new CelLiteral(real);
            case CelTokenKind.Identifier when token.Text != "in":
                _at++;
                return Named(token);
            case CelTokenKind.Symbol when Take("("):
                var inner = Conditional();
                Expect(")");
                return inner;
            case CelTokenKind.Symbol when Take("["):
                return new CelList(Items("]"));
            default:
                throw Unexpected("a value");
        }
    }

    private CelNode Named(CelToken name)
    {
        if (!Take("("))
        {
            return name.Text switch
            {
                "true" => new CelLiteral(true),
                "false" => new CelLiteral(false),
                "null" => new CelLiteral(null),
                _ when Types.Contains($" {name.Text} ", StringComparison.Ordinal) =>
                    throw new CelException($"column {name.At}: '{name.Text}' is the name of a type; did you mean event.{name.Text}?"),
                _ => new CelName(name.Text),
            };
        }

        var arguments = Arguments();
        if (name.Text == "has")
        {
            return arguments is [CelMember member] ? new CelHas(member) : throw new CelException($"column {name.At}: has() takes a member, as in has(event.data.x)");
        }

        return CelFunctions.IsFunction(name.Text, arguments.Count)
            ? new CelCall(name.Text, arguments)
            : throw new CelException($"column {name.At}: there is no function '{name.Text}' with {arguments.Count} arguments");
    }

    private List<CelNode> Arguments() => Items(")");

    private List<CelNode> Items(string end)
    {
        List<CelNode> items = [];
        if (Take(end))
        {
            return items;
        }

        do
        {
            items.Add(Conditional());
        }
        while (Take(","));
        Expect(end);
        return items;
    }

    private CelToken Name() => Current.Kind == CelTokenKind.Identifier ? _tokens[_at++] : throw Unexpected("a name");

    private bool Take(string symbol)
    {
        if (!Current.Is(symbol))
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol))
        {
            throw Unexpected($"'{symbol}'");
        }
    }

    private CelException Unexpected(string wanted) =>
        new($"column {Current.At}: {(Current.Kind == CelTokenKind.End ? "the expression ends" : $"'{Current.Text}' stands")} where {wanted} is expected");
}
