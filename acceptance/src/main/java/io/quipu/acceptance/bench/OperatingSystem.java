package io.quipu.acceptance.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What Linux tells about processes and about the machine, in {@code /proc}. Where there is none, every figure is absent: -1.
 */
final class OperatingSystem {

    /** Absent. */
    static final long NONE = -1;

    /** The unit of the times in {@code /proc}; fixed in Linux's interface to programs, whatever the kernel counts in. */
    static final double TICKS_OF_SECOND = 100.0;

    private static final int UTIME = 11;
    private static final int STIME = 12;
    private static final int IDLE = 3;
    private static final int IOWAIT = 4;
    private static final int STEAL = 7;

    private final UnaryOperator<String> files;

    /** Of this machine. */
    OperatingSystem() {
        this(path -> {
            try {
                return Files.readString(Path.of(path));
            } catch (IOException | SecurityException none) {
                return null;
            }
        });
    }

    /** Of what those files hold; null for a file that is not there. */
    OperatingSystem(UnaryOperator<String> files) {
        this.files = files;
    }

    /** Whether CPU, memory and what is written can be measured here. */
    boolean measurable() {
        return machineBusyTicks() != NONE;
    }

    /** CPU that a process has used, its own and the kernel's for it. */
    long cpuTicks(long pid) {
        String stat = files.apply("/proc/" + pid + "/stat");
        if (stat == null) {
            return NONE;
        }
        // the second field is a name in brackets that may hold anything
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).trim().split(" ");
        return Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
    }

    /** CPU that everything on this machine has used; guests of it and what its host took are not in it. */
    long machineBusyTicks() {
        String stat = files.apply("/proc/stat");
        if (stat == null || !stat.startsWith("cpu ")) {
            return NONE;
        }
        String[] fields = stat.substring(4, stat.indexOf('\n')).trim().split(" +");
        long busy = 0;
        for (int i = 0; i < STEAL; i++) {
            busy += i == IDLE || i == IOWAIT ? 0 : Long.parseLong(fields[i]);
        }
        return busy;
    }

    /** Memory that a process has now, in KiB. */
    long residentKib(long pid) {
        return field("/proc/" + pid + "/status", "vmrss");
    }

    /** The most memory that a process ever had, in KiB. */
    long peakResidentKib(long pid) {
        return field("/proc/" + pid + "/status", "vmhwm");
    }

    /** Bytes that a process has had written to storage. */
    long writtenBytes(long pid) {
        return field("/proc/" + pid + "/io", "write_bytes");
    }

    /** The machine's memory in KiB. */
    long memoryKib() {
        return field("/proc/meminfo", "memtotal");
    }

    /** What the processor calls itself, or null. */
    String processor() {
        String cpus = files.apply("/proc/cpuinfo");
        return cpus == null ? null : cpus.lines().filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim()).findFirst().orElse(null);
    }

    private long field(String file, String name) {
        String text = files.apply(file);
        if (text == null) {
            return NONE;
        }
        Map<String, Long> fields = new HashMap<>();
        text.lines().filter(line -> line.contains(":")).forEach(line -> {
            String value = line.substring(line.indexOf(':') + 1).replace("kB", "").trim();
            if (!value.isEmpty() && value.chars().allMatch(Character::isDigit)) {
                fields.put(line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT), Long.parseLong(value));
            }
        });
        return fields.getOrDefault(name, NONE);
    }
}
