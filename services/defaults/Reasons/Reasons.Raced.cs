namespace OpsMesh;

/// <remarks>Raced: Somebody else was quicker; read again and try the same again.</remarks>
public static partial class Reasons
{
    public const string ChangedMeanwhile = "CHANGED_MEANWHILE";
    public const string InProgress = "IN_PROGRESS";
}
