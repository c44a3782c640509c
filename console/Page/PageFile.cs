using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;

namespace OpsMesh.Console.Page;

/// <summary>One file of the built page, held in memory as it is and compressed.</summary>
internal sealed record PageFile(string Path, string ContentType, byte[] Bytes, byte[] Gzip, string ETag)
{
    private static readonly FileExtensionContentTypeProvider Types = new();

    /// <summary>Names below assets/ carry a hash of their content.</summary>
    public string CacheControl => Path.StartsWith("/assets/", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";

    public static PageFile Of(string path, Stream content)
    {
        using var whole = new MemoryStream();
        content.CopyTo(whole);
        var bytes = whole.ToArray();
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        var type = Types.TryGetContentType(path, out var known) ? known : "application/octet-stream";
        return new PageFile(
            path,
            type is "text/html" or "text/css" or "text/javascript" ? $"{type}; charset=utf-8" : type,
            bytes,
            zipped.ToArray(),
            $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"");
    }
}
