using System.Numerics;

namespace OpsMesh.TelemetryIngest.Storage;

/// <summary>Which batches of one (node, daemon epoch) are stored: all up to <paramref name="Contiguous"/>, and a window of 64 behind it.</summary>
/// <param name="Contiguous">0 when the first batch is missing.</param>
/// <param name="Bitmap">Bit i: batch Contiguous + 2 + i is stored. (Contiguous + 1 is not, by definition.)</param>
internal readonly record struct Watermark(long Contiguous, ulong Bitmap)
{
    private const int Window = 64;

    /// <returns>Null when the batch is stored already.</returns>
    /// <remarks>
    /// A batch further ahead than the window pushes it on: what lies behind was dropped by its node, which says so with a gap, and is
    /// not waited for.
    /// </remarks>
    public Watermark? Add(long seq)
    {
        if (seq <= Contiguous)
        {
            return null;
        }

        var start = seq - Contiguous - 2 >= Window ? Skip(seq - 1 - Window) : this;
        if (seq == start.Contiguous + 1)
        {
            // The missing one: what directly follows it is contiguous now too.
            var run = BitOperations.TrailingZeroCount(~start.Bitmap);
            return new Watermark(seq + run, run >= Window - 1 ? 0 : start.Bitmap >> (run + 1));
        }

        var bit = 1UL << (int)(seq - start.Contiguous - 2);
        return (start.Bitmap & bit) == 0 ? start with { Bitmap = start.Bitmap | bit } : null;
    }

    /// <summary>Gives up what is missing up to <paramref name="contiguous"/>.</summary>
    private Watermark Skip(long contiguous)
    {
        var shift = contiguous - Contiguous;
        var bitmap = shift >= Window ? 0 : Bitmap >> (int)shift;
        var nextIsStored = shift <= Window && (Bitmap >> (int)(shift - 1) & 1) != 0;
        if (!nextIsStored)
        {
            return new Watermark(contiguous, bitmap);
        }

        var run = BitOperations.TrailingZeroCount(~bitmap);
        return new Watermark(contiguous + 1 + run, run >= Window - 1 ? 0 : bitmap >> (run + 1));
    }
}
