using OpsMesh.Console.Problems;

namespace OpsMesh.Console.Transcoding;

/// <summary>Refuses a path in which a variable is empty. Routing knows no empty variable: it would find nothing, or another route.</summary>
internal sealed class EmptyVariables(RequestDelegate next, RestCatalog catalog)
{
    public Task InvokeAsync(HttpContext context)
    {
        var (verb, path) = (context.Request.Method, context.Request.Path.Value ?? "");
        var field = catalog.Methods
            .Where(method => method.Verb == verb)
            .Select(method => method.Route.EmptyVariableOf(path))
            .FirstOrDefault(name => name is not null);
        return field is null
            ? next(context)
            : context.WriteProblemAsync(Problem.Of(new Failure(FailureKind.Invalid, Reasons.FieldRequired, $"{field} in the path is empty.") { Field = field }));
    }
}
