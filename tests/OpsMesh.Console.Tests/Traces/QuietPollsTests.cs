using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OpsMesh.Console.Traces;

public sealed class QuietPollsTests
{
    [Theory]
    [InlineData("/api/v1/nodes", true, false)]
    [InlineData("/api/v1/nodes", false, true)]
    [InlineData("/assets/index.js", false, false)]
    public async Task PollsAndFiles_AreNotRecorded(string path, bool poll, bool recorded)
    {
        using var activity = new Activity("GET") { ActivityTraceFlags = ActivityTraceFlags.Recorded, IsAllDataRequested = true }.Start();
        var context = new DefaultHttpContext { Request = { Path = path } };
        context.Features.Set<IHttpActivityFeature>(new Feature { Activity = activity });
        if (poll)
        {
            context.Request.Headers[QuietPolls.Header] = "1";
        }

        await new QuietPolls(_ => Task.CompletedTask).InvokeAsync(context);

        Assert.Equal((recorded, recorded), (activity.Recorded, activity.IsAllDataRequested));
    }

    private sealed class Feature : IHttpActivityFeature
    {
        public required Activity Activity { get; set; }
    }
}
