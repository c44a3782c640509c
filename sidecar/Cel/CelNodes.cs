namespace OpsMesh.Sidecar.Cel;

/// <summary>A part of an expression.</summary>
internal abstract record CelNode
{
    /// <exception cref="CelException">It has no value for what is in scope.</exception>
    public abstract object? Evaluate(CelScope scope);
}

internal sealed record CelLiteral(object? Value) : CelNode
{
    public override object? Evaluate(CelScope scope) => Value;
}

internal sealed record CelName(string Name) : CelNode
{
    public override object? Evaluate(CelScope scope) => scope.Find(Name);
}

internal sealed record CelList(IReadOnlyList<CelNode> Items) : CelNode
{
    public override object? Evaluate(CelScope scope) => Items.Select(i => i.Evaluate(scope)).ToArray();
}

internal sealed record CelMember(CelNode Target, string Name) : CelNode
{
    public override object? Evaluate(CelScope scope) => Target.Evaluate(scope) is IReadOnlyDictionary<string, object?> map
        ? map.TryGetValue(Name, out var value) ? value : throw new CelException($"no such key: {Name}")
        : throw new CelException("no such overload: not a map");

    /// <summary>The macro <c>has</c>: whether the last name is there; what stands before it must be.</summary>
    public bool IsThere(CelScope scope) => Target.Evaluate(scope) is IReadOnlyDictionary<string, object?> map
        ? map.ContainsKey(Name)
        : throw new CelException("no such overload: not a map");
}

internal sealed record CelHas(CelMember Member) : CelNode
{
    public override object? Evaluate(CelScope scope) => Member.IsThere(scope);
}

internal sealed record CelIndex(CelNode Target, CelNode Key) : CelNode
{
    public override object? Evaluate(CelScope scope)
    {
        var key = Key.Evaluate(scope);
        return Target.Evaluate(scope) switch
        {
            object?[] list when key is long or double => Item(list, CelValues.Number(key)),
            IReadOnlyDictionary<string, object?> map when key is string name =>
                map.TryGetValue(name, out var value) ? value : throw new CelException($"no such key: {name}"),
            _ => throw new CelException("no such overload"),
        };
    }

    private static object? Item(object?[] list, double at) =>
        at >= 0 && at < list.Length ? list[(int)at] : throw new CelException("index out of bounds");
}

internal sealed record CelNot(CelNode Operand) : CelNode
{
    public override object? Evaluate(CelScope scope) => !CelValues.Bool(Operand.Evaluate(scope));
}

internal sealed record CelNegation(CelNode Operand) : CelNode
{
    public override object? Evaluate(CelScope scope) => Operand.Evaluate(scope) switch
    {
        long whole => -whole,
        double real => -real,
        _ => throw new CelException("no such overload"),
    };
}

internal sealed record CelConditional(CelNode Condition, CelNode Then, CelNode Otherwise) : CelNode
{
    public override object? Evaluate(CelScope scope) => (CelValues.Bool(Condition.Evaluate(scope)) ? Then : Otherwise).Evaluate(scope);
}

/// <summary>Either side may decide alone, even when the other fails.</summary>
/// <param name="Decisive">True for "or", false for "and".</param>
internal sealed record CelLogic(CelNode Left, CelNode Right, bool Decisive) : CelNode
{
    public override object? Evaluate(CelScope scope)
    {
        CelException failure;
        try
        {
            return CelValues.Bool(Left.Evaluate(scope)) == Decisive ? Decisive : CelValues.Bool(Right.Evaluate(scope));
        }
        catch (CelException e)
        {
            failure = e;
        }

        return CelValues.Bool(Right.Evaluate(scope)) == Decisive ? Decisive : throw failure;
    }
}

internal sealed record CelOperation(string Symbol, CelNode Left, CelNode Right) : CelNode
{
    public override object? Evaluate(CelScope scope)
    {
        var left = Left.Evaluate(scope);
        var right = Right.Evaluate(scope);
        return Symbol switch
        {
            "==" => CelValues.AreEqual(left, right),
            "!=" => !CelValues.AreEqual(left, right),
            "<" => CelValues.Compare(left, right) < 0,
            "<=" => CelValues.Compare(left, right) <= 0,
            ">" => CelValues.Compare(left, right) > 0,
            ">=" => CelValues.Compare(left, right) >= 0,
            "in" => IsIn(left, right),
            _ => Calculate(left, right),
        };
    }

    private static bool IsIn(object? value, object? container) => (value, container) switch
    {
        (_, object?[] list) => list.Any(i => CelValues.AreEqual(i, value)),
        (string name, IReadOnlyDictionary<string, object?> map) => map.ContainsKey(name),
        _ => throw new CelException("no such overload: in"),
    };

    private object Calculate(object? left, object? right) => (Symbol, left, right) switch
    {
        ("+", string a, string b) => a + b,
        ("+", long a, long b) => a + b,
        ("-", long a, long b) => a - b,
        ("*", long a, long b) => a * b,
        ("/" or "%", long, 0L) => throw new CelException("division by zero"),
        ("/", long a, long b) => a / b,
        ("%", long a, long b) => a % b,
        ("+", double a, double b) => a + b,
        ("-", double a, double b) => a - b,
        ("*", double a, double b) => a * b,
        ("/", double a, double b) => a / b,
        ("+", object?[] a, object?[] b) => (object?[])[.. a, .. b],
        ("+", DateTimeOffset a, TimeSpan b) => a + b,
        ("-", DateTimeOffset a, DateTimeOffset b) => a - b,
        ("-", DateTimeOffset a, TimeSpan b) => a - b,
        _ => throw new CelException($"no such overload: {Symbol}"),
    };
}

/// <summary>The macros over lists.</summary>
internal sealed record CelMacro(string Name, CelNode Target, string Variable, CelNode Body) : CelNode
{
    public const string Names = " all exists exists_one filter map ";

    public override object? Evaluate(CelScope scope)
    {
        var items = Target.Evaluate(scope) switch
        {
            object?[] list => list,
            IReadOnlyDictionary<string, object?> map => [.. map.Keys],
            _ => throw new CelException($"no such overload: {Name}"),
        };
        return Name switch
        {
            "all" => items.All(Holds),
            "exists" => items.Any(Holds),
            "exists_one" => items.Count(Holds) == 1,
            "filter" => items.Where(Holds).ToArray(),
            _ => items.Select(i => Body.Evaluate(new CelScope(Variable, i, scope))).ToArray(),
        };

        bool Holds(object? item) => CelValues.Bool(Body.Evaluate(new CelScope(Variable, item, scope)));
    }
}

internal sealed record CelCall(string Name, IReadOnlyList<CelNode> Arguments) : CelNode
{
    public override object? Evaluate(CelScope scope) => CelFunctions.Call(Name, [.. Arguments.Select(a => a.Evaluate(scope))]);
}
