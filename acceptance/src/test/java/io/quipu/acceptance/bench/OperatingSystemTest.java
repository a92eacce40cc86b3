package io.quipu.acceptance.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OperatingSystemTest {

    private final Map<String, String> files = new HashMap<>(Map.of(
            "/proc/7/stat", "7 (a (strange) name) S 1 7 7 0 -1 4194304 9 0 0 0 151 49 3 4 20 0 31 0 2229124 3133440 379 1",
            "/proc/7/status", "Name:\tjava\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\nThreads:\t31\n",
            "/proc/7/io", "rchar: 1\nwchar: 2\nread_bytes: 3\nwrite_bytes: 40960\ncancelled_write_bytes: 5\n",
            "/proc/stat", "cpu  100 20 30 4000 500 6 7 8 90 10\ncpu0 1 2 3 4 5 6 7 8 9 10\nctxt 5\n",
            "/proc/meminfo", "MemTotal:       24684088 kB\nMemFree:         1 kB\n",
            "/proc/cpuinfo", "processor\t: 0\nmodel name\t: AMD EPYC 7B13\n\nprocessor\t: 1\nmodel name\t: other\n"));
    private final OperatingSystem system = new OperatingSystem(files::get);

    @Test
    void aProcessesCpuIsItsOwnAndTheKernelsForItWhateverItIsCalled() {
        assertThat(system.cpuTicks(7)).isEqualTo(151 + 49);
    }

    @Test
    void theMachineIsBusyWithAllButIdlingWaitingAndWhatItsHostTook() {
        assertThat(system.machineBusyTicks()).isEqualTo(100 + 20 + 30 + 6 + 7);
        assertThat(system.measurable()).isTrue();
    }

    @Test
    void memoryAndWrittenBytesAreThoseOfTheProcess() {
        assertThat(system.residentKib(7)).isEqualTo(1_024);
        assertThat(system.peakResidentKib(7)).isEqualTo(2_048);
        assertThat(system.writtenBytes(7)).isEqualTo(40_960);
        assertThat(system.memoryKib()).isEqualTo(24_684_088);
        assertThat(system.processor()).isEqualTo("AMD EPYC 7B13");
    }

    @Test
    void whatTheSystemDoesNotTellIsAbsent() {
        OperatingSystem none = new OperatingSystem(path -> null);
        assertThat(none.measurable()).isFalse();
        assertThat(none.cpuTicks(7)).isEqualTo(OperatingSystem.NONE);
        assertThat(none.residentKib(7)).isEqualTo(OperatingSystem.NONE);
        assertThat(none.writtenBytes(7)).isEqualTo(OperatingSystem.NONE);
        assertThat(none.processor()).isNull();
        files.put("/proc/7/io", "nothing here");
        assertThat(system.writtenBytes(7)).isEqualTo(OperatingSystem.NONE);
    }

    @Test
    void whatIsNeitherTheServicesNorTheirStoresNorTheGeneratorsIsUnexplained() {
        Resources before = new Resources(new TreeMap<>(Map.of("collector", 1.0, "meter", 2.0)),
                new TreeMap<>(Map.of("collector", 10L, "meter", 0L)), 2, 0.5, 100);
        Resources after = new Resources(new TreeMap<>(Map.of("collector", 4.0, "meter", 4.0)),
                new TreeMap<>(Map.of("collector", 30L, "meter", 0L)), 2.5, 1.5, 108);
        Resources used = after.since(before);
        assertThat(used.services()).isCloseTo(5.0, within(1e-9));
        assertThat(used.written()).containsEntry("collector", 20L);
        assertThat(used.unexplained()).isCloseTo((8 - 5 - 0.5 - 1) / 8.0, within(1e-9));
    }
}
