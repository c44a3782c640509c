using Microsoft.Data.Sqlite;

namespace OpsMesh.DocumentStore.Local;

/// <summary>Short forms for statements with positional parameters named @1, @2 ...</summary>
public static class SqliteCommands
{
    /// <summary>A statement whose parameters are bound anew for each execution.</summary>
    public static SqliteCommand Prepare(this SqliteConnection connection, string sql, params object?[] values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Callers pass constants; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"@{i + 1}", values[i] ?? DBNull.Value);
        }

        return command;
    }

    public static int Execute(this SqliteConnection connection, string sql, params object?[] values)
    {
        using var command = connection.Prepare(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>Executes again with other values: the statement stays compiled.</summary>
    public static int Execute(this SqliteCommand command, params object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var name = $"@{i + 1}";
            var value = values[i] ?? DBNull.Value;
            if (command.Parameters.Contains(name))
            {
                command.Parameters[name].Value = value;
            }
            else
            {
                command.Parameters.AddWithValue(name, value);
            }
        }

        return command.ExecuteNonQuery();
    }

    public static T? Scalar<T>(this SqliteConnection connection, string sql, params object?[] values)
    {
        using var command = connection.Prepare(sql, values);
        return command.ExecuteScalar() is T value ? value : default;
    }

    public static List<T> Query<T>(this SqliteConnection connection, Func<SqliteDataReader, T> map, string sql, params object?[] values)
    {
        using var command = connection.Prepare(sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    public static string? TextOrNull(this SqliteDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);
}
