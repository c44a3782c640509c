namespace OpsMesh;

/// <remarks>TooLate: Time ran out; ask what became of it.</remarks>
public static partial class Reasons
{
    public const string StreamIdle = "STREAM_IDLE";
}
