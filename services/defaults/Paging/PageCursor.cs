using System.Buffers.Text;
using System.Text;

namespace OpsMesh.Paging;

/// <summary>A page of a list that is ordered by a name, as it was asked for and checked.</summary>
/// <param name="Size">1 to 1,000 items.</param>
/// <param name="After">The last name of the page before; null for the first page.</param>
public sealed record PageCursor(int Size, string? After)
{
    private const int DefaultSize = 100;
    private const int MostSize = 1000;
    private const int LongestCursor = 256;

    /// <param name="list">Name of the list: the cursor of another one is refused.</param>
    /// <param name="size">0 for the default.</param>
    /// <param name="cursor">Empty for the first page.</param>
    /// <returns>Invalid (OUT_OF_RANGE page.size, FIELD_FORMAT page.cursor) otherwise.</returns>
    public static Outcome<PageCursor> Parse(string list, int size, string cursor)
    {
        if (size is < 0 or > MostSize)
        {
            return new Failure(FailureKind.Invalid, Reasons.OutOfRange, $"page.size must be 0 (for {DefaultSize}) to {MostSize}.")
            {
                Field = "page.size",
            };
        }

        var after = cursor.Length is 0 or > LongestCursor ? null : Decode(list, cursor);
        if (cursor.Length > 0 && after is null)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldFormat, "page.cursor is not one of this list.") { Field = "page.cursor" };
        }

        return new PageCursor(size == 0 ? DefaultSize : size, after);
    }

    /// <summary>Cursor of the page behind <paramref name="last"/>.</summary>
    public static string Behind(string list, string last) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{list}:{last}"));

    private static string? Decode(string list, string cursor)
    {
        if (!Base64Url.IsValid(cursor))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        return text.StartsWith(list + ":", StringComparison.Ordinal) && text.Length > list.Length + 1 ? text[(list.Length + 1)..] : null;
    }
}
