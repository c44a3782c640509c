namespace OpsMesh;

/// <remarks>TooLate: Time ran out; ask what became of it.</remarks>
public static partial class Reasons
{
    /// <summary>The stream was silent for too long.</summary>
    public const string StreamIdle = "STREAM_IDLE";
}
