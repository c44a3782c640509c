namespace Grpc.Core;

[Flags]
public enum WriteFlags
{
    /// <summary>The message may wait in the buffer for the next one: no flush.</summary>
    BufferHint = 0x1,

    /// <summary>Do not compress this message.</summary>
    NoCompress = 0x2,
}
