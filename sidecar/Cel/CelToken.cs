namespace OpsMesh.Sidecar.Cel;

internal enum CelTokenKind
{
    End,
    Identifier,
    Text,
    Integer,
    Real,
    Symbol,
}

/// <param name="Text">The name, the symbol, or the text without its quotes.</param>
/// <param name="At">Column, from 1.</param>
internal readonly record struct CelToken(CelTokenKind Kind, string Text, int At)
{
    public bool Is(string symbol) => Kind == CelTokenKind.Symbol && Text == symbol;
}
