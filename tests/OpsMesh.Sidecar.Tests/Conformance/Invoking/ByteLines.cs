using System.Text;

namespace OpsMesh.Sidecar.Tests.Conformance.Invoking;

/// <summary>Reads lines and counted bytes from one stream.</summary>
internal sealed class ByteLines(Stream stream) : IDisposable
{
    private readonly BufferedStream _buffered = new(stream, 64 << 10);

    /// <returns>Null at the end.</returns>
    public async Task<string?> LineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        try
        {
            while (await _buffered.ReadAsync(one, cancellationToken) == 1)
            {
                if (one[0] == '\n')
                {
                    return line.ToString().TrimEnd('\r');
                }

                line.Append((char)one[0]);
            }
        }
        catch (IOException)
        {
            // As good as an end.
        }

        return null;
    }

    public async Task<byte[]> BytesAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        await _buffered.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    public async Task<byte[]> RestAsync(CancellationToken cancellationToken)
    {
        using var rest = new MemoryStream();
        await _buffered.CopyToAsync(rest, cancellationToken);
        return rest.ToArray();
    }

    public void Dispose() => _buffered.Dispose();
}
