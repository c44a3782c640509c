namespace OpsMesh.Daemon.Measuring;

public sealed class ProcTextTests
{
    [Fact]
    public void Memory_IsInBytes()
    {
        const string Recorded = "MemTotal:       24655292 kB\nMemFree:         1179648 kB\nMemAvailable:   18874368 kB\nBuffers:          123 kB\nHugePages_Total:       0\n";

        Assert.Equal((25_247_019_008d, 19_327_352_832d), ProcText.Memory(Recorded));
        Assert.Null(ProcText.Memory("MemTotal: 1 kB\n"));
    }

    [Fact]
    public void Network_LeavesTheLoopbackOut()
    {
        const string Recorded = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo: 99999999     100    0    0    0     0          0         0 99999999     100    0    0    0     0       0          0
              eth0:1000       10    0    0    0     0          0         0     2000      20    0    0    0     0       0          0
            enp3s0:     500       5    0    0    0     0          0         0      700       7    0    0    0     0       0          0
            """;

        Assert.Equal((1500d, 2700d), ProcText.Network(Recorded));
        Assert.Equal((0d, 0d), ProcText.Network(""));
    }

    [Fact]
    public void Disks_CountOnlyTheDevicesAskedFor()
    {
        const string Recorded = """
               8       0 sda 100 5 2000 30 200 6 4000 50 0 60 80 0 0 0 0 0 0
               8       1 sda1 100 5 2000 30 200 6 4000 50 0 60 80 0 0 0 0 0 0
             259       0 nvme0n1 1 0 8 0 1 0 16 0 0 0 0
            """;

        Assert.Equal((2008 * 512d, 4016 * 512d), ProcText.Disks(Recorded, new HashSet<string> { "sda", "nvme0n1" }));
    }

    [Fact]
    public void LoadAverage_IsThreeNumbers()
    {
        Assert.Equal((0.52, 1.5, 2), ProcText.LoadAverage("0.52 1.50 2.00 3/612 4242\n"));
        Assert.Null(ProcText.LoadAverage("none"));
    }
}
