namespace OpsMesh.Sidecar.Cel;

/// <summary>The names that an expression sees; a macro adds its own variable in front.</summary>
internal sealed class CelScope(string name, object? value, CelScope? outer = null)
{
    /// <exception cref="CelException">No such name.</exception>
    public object? Find(string wanted)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.Name == wanted)
            {
                return scope.Value;
            }
        }

        throw new CelException($"no such attribute(s): {wanted}");
    }

    private string Name => name;

    private object? Value => value;

    private CelScope? Outer => outer;
}
