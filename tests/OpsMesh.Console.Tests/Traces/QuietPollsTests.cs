using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OpsMesh.Console.Traces;

public sealed class QuietPollsTests
{
    [Theory]
    [InlineData(true, ActivityTraceFlags.None)]
    [InlineData(false, ActivityTraceFlags.Recorded)]
    public async Task Poll_IsNotRecorded(bool poll, ActivityTraceFlags flags)
    {
        using var activity = new Activity("GET") { ActivityTraceFlags = ActivityTraceFlags.Recorded, IsAllDataRequested = true }.Start();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpActivityFeature>(new Feature { Activity = activity });
        if (poll)
        {
            context.Request.Headers[QuietPolls.Header] = "1";
        }

        await new QuietPolls(_ => Task.CompletedTask).InvokeAsync(context);

        Assert.Equal((flags, !poll), (activity.ActivityTraceFlags, activity.IsAllDataRequested));
    }

    private sealed class Feature : IHttpActivityFeature
    {
        public required Activity Activity { get; set; }
    }
}
