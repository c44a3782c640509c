using System.Buffers.Text;
using System.Text;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.Registry.Inventory;

/// <summary>A page as it was asked for, checked.</summary>
/// <param name="AfterId">Null for the first page.</param>
internal sealed record PageCursor(int Size, string? AfterId)
{
    private const int DefaultSize = 100;
    private const int MostSize = 1000;
    private const int LongestCursor = 256;
    private const string Prefix = "1:";

    public static Outcome<PageCursor> Parse(Page? page)
    {
        var size = page?.Size ?? 0;
        if (size is < 0 or > MostSize)
        {
            return new Failure(FailureKind.Invalid, Reasons.OutOfRange, $"page.size must be 0 (for {DefaultSize}) to {MostSize}.")
            {
                Field = "page.size",
            };
        }

        var cursor = page?.Cursor ?? "";
        var afterId = cursor.Length is 0 or > LongestCursor ? null : Decode(cursor);
        if (cursor.Length > 0 && afterId is null)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldFormat, "page.cursor is not one of this list.") { Field = "page.cursor" };
        }

        return new PageCursor(size == 0 ? DefaultSize : size, afterId);
    }

    /// <summary>Cursor of the page behind <paramref name="lastId"/>.</summary>
    public static string Behind(string lastId) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Prefix + lastId));

    private static string? Decode(string cursor)
    {
        if (!Base64Url.IsValid(cursor))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        return text.StartsWith(Prefix, StringComparison.Ordinal) && text.Length > Prefix.Length ? text[Prefix.Length..] : null;
    }
}
