package io.quipu.acceptance.bench;

import io.quipu.acceptance.process.Ports;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What services, generator and machine have used up to a moment; not a number where the operating system does not tell.
 *
 * @param cpu CPU seconds by service
 * @param written bytes that each service had written to storage, by the operating system's count
 * @param store CPU seconds of the store server that they share; 0 where each has its own
 * @param generator CPU seconds of this process
 * @param busy CPU seconds of everything on the machine
 */
record Resources(Map<String, Double> cpu, Map<String, Long> written, double store, double generator, double busy) {

    private static final double KIB_OF_MIB = 1_024.0;

    static Resources now(OperatingSystem system, Services services) {
        Map<String, Double> cpu = new TreeMap<>();
        Map<String, Long> written = new TreeMap<>();
        for (String service : Ports.SERVICES) {
            cpu.put(service, seconds(system, services.pids(service)));
            written.put(service, services.pids(service).stream().mapToLong(system::writtenBytes).sum());
        }
        return new Resources(cpu, written, seconds(system, services.storePids()), seconds(system.cpuTicks(ProcessHandle.current().pid())),
                seconds(system.machineBusyTicks()));
    }

    private static double seconds(OperatingSystem system, List<Long> pids) {
        return pids.stream().mapToDouble(pid -> seconds(system.cpuTicks(pid))).sum();
    }

    private static double seconds(long ticks) {
        return ticks == OperatingSystem.NONE ? Double.NaN : ticks / OperatingSystem.TICKS_OF_SECOND;
    }

    /** The services' memory in MiB, now or at most ever; not a number where the operating system does not tell. */
    static Map<String, Double> resident(OperatingSystem system, Services services, boolean peak) {
        Map<String, Double> resident = new TreeMap<>();
        for (String service : Ports.SERVICES) {
            resident.put(service, services.pids(service).stream().mapToDouble(pid -> {
                long kib = peak ? system.peakResidentKib(pid) : system.residentKib(pid);
                return kib == OperatingSystem.NONE ? Double.NaN : kib / KIB_OF_MIB;
            }).sum());
        }
        return resident;
    }

    /** What was used since. */
    Resources since(Resources before) {
        Map<String, Double> cpuUsed = new TreeMap<>();
        cpu.forEach((service, seconds) -> cpuUsed.put(service, seconds - before.cpu().get(service)));
        Map<String, Long> bytes = new TreeMap<>();
        written.forEach((service, count) -> bytes.put(service, count - before.written().get(service)));
        return new Resources(cpuUsed, bytes, store - before.store(), generator - before.generator(), busy - before.busy());
    }

    /** CPU seconds of all services. */
    double services() {
        return cpu.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** The share of the machine's busy time that neither services, their store server nor generator account for. */
    double unexplained() {
        return busy <= 0 ? 0 : (busy - services() - store - generator) / busy;
    }
}
