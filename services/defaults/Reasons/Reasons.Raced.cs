namespace OpsMesh;

/// <remarks>Raced: Somebody else was quicker; read again and try the same again.</remarks>
public static partial class Reasons
{
    /// <summary>Somebody else changed it at the same time; try again.</summary>
    public const string ChangedMeanwhile = "CHANGED_MEANWHILE";

    /// <summary>The same request is being carried out; try again.</summary>
    public const string InProgress = "IN_PROGRESS";
}
