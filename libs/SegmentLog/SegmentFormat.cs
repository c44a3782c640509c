using System.Buffers.Binary;

namespace OpsMesh.Segments;

/// <summary>The bytes on disk, little-endian. The head has a check of its own, so that a damaged payload is skipped exactly and a search for the next record is cheap.</summary>
internal static class SegmentFormat
{
    public const int FileHeadBytes = 32;
    public const int RecordHeadBytes = 29;

    /// <summary>Class of the log's own records; its seq is the first one that is not trimmed.</summary>
    public const byte TrimClass = 255;

    private const uint Magic = 0x4C_53_4D_4F;
    private const ushort Version = 1;

    /// <param name="file">At least <see cref="FileHeadBytes"/>.</param>
    /// <param name="salt">Begins every check in the file, so that a copy of another segment inside a payload is never taken for a record.</param>
    /// <param name="firstSeq">Also the name of the file.</param>
    /// <param name="trimmedBefore">What was trimmed when the segment began; the records that said so may be in segments that are gone.</param>
    public static void WriteFileHead(Span<byte> file, uint salt, long firstSeq, long trimmedBefore)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(file, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(file[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(file[6..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(file[8..], salt);
        BinaryPrimitives.WriteInt64LittleEndian(file[12..], firstSeq);
        BinaryPrimitives.WriteInt64LittleEndian(file[20..], trimmedBefore);
        BinaryPrimitives.WriteUInt32LittleEndian(file[28..], Crc32C.Compute(file[..28]));
    }

    public static bool TryReadFileHead(ReadOnlySpan<byte> file, out uint salt, out long firstSeq, out long trimmedBefore)
    {
        (salt, firstSeq, trimmedBefore) = (0, 0, 0);
        if (file.Length < FileHeadBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(file) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(file[4..]) != Version
            || BinaryPrimitives.ReadUInt32LittleEndian(file[28..]) != Crc32C.Compute(file[..28]))
        {
            return false;
        }

        salt = BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
        firstSeq = BinaryPrimitives.ReadInt64LittleEndian(file[12..]);
        trimmedBefore = BinaryPrimitives.ReadInt64LittleEndian(file[20..]);
        return true;
    }

    public static void WriteRecord(Span<byte> to, uint salt, byte recordClass, long epoch, long seq, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, payload.Length);
        to[4] = recordClass;
        BinaryPrimitives.WriteInt64LittleEndian(to[5..], epoch);
        BinaryPrimitives.WriteInt64LittleEndian(to[13..], seq);
        var head = Crc32C.Compute(to[..21], salt);
        BinaryPrimitives.WriteUInt32LittleEndian(to[21..], head);
        BinaryPrimitives.WriteUInt32LittleEndian(to[25..], Crc32C.Compute(payload, head));
        payload.CopyTo(to[RecordHeadBytes..]);
    }

    /// <summary>Reads a head that passes its check.</summary>
    /// <returns>False when the bytes are not a head; the payload is not looked at.</returns>
    public static bool TryReadHead(ReadOnlySpan<byte> at, uint salt, out RecordHead head)
    {
        head = default;
        if (at.Length < RecordHeadBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(at);
        if (length is < 0 or > SegmentLogOptions.MaxPayloadBytes)
        {
            return false;
        }

        var check = BinaryPrimitives.ReadUInt32LittleEndian(at[21..]);
        if (check != Crc32C.Compute(at[..21], salt))
        {
            return false;
        }

        head = new RecordHead(
            length,
            at[4],
            BinaryPrimitives.ReadInt64LittleEndian(at[5..]),
            BinaryPrimitives.ReadInt64LittleEndian(at[13..]),
            check,
            BinaryPrimitives.ReadUInt32LittleEndian(at[25..]));
        return true;
    }

    internal readonly record struct RecordHead(int Length, byte Class, long Epoch, long Seq, uint HeadCheck, uint PayloadCheck)
    {
        public bool Fits(ReadOnlySpan<byte> payload) => Crc32C.Compute(payload, HeadCheck) == PayloadCheck;
    }
}
