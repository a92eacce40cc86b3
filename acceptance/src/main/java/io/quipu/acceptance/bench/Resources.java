package io.quipu.acceptance.bench;

import io.quipu.acceptance.process.Ports;
import java.util.Map;
import java.util.TreeMap;

/**
 * What services, generator and machine have used up to a moment; not a number where the operating system does not tell.
 *
 * @param cpu CPU seconds by service
 * @param written bytes that each service had written to storage, by the operating system's count
 * @param generator CPU seconds of this process
 * @param busy CPU seconds of everything on the machine
 */
record Resources(Map<String, Double> cpu, Map<String, Long> written, double generator, double busy) {

    static Resources now(OperatingSystem system, Services services) {
        Map<String, Double> cpu = new TreeMap<>();
        Map<String, Long> written = new TreeMap<>();
        for (String service : Ports.SERVICES) {
            cpu.put(service, seconds(system.cpuTicks(services.pid(service))));
            written.put(service, system.writtenBytes(services.pid(service)));
        }
        return new Resources(cpu, written, seconds(system.cpuTicks(ProcessHandle.current().pid())),
                seconds(system.machineBusyTicks()));
    }

    private static double seconds(long ticks) {
        return ticks == OperatingSystem.NONE ? Double.NaN : ticks / OperatingSystem.TICKS_OF_SECOND;
    }

    /** What was used since. */
    Resources since(Resources before) {
        Map<String, Double> cpuUsed = new TreeMap<>();
        cpu.forEach((service, seconds) -> cpuUsed.put(service, seconds - before.cpu().get(service)));
        Map<String, Long> bytes = new TreeMap<>();
        written.forEach((service, count) -> bytes.put(service, count - before.written().get(service)));
        return new Resources(cpuUsed, bytes, generator - before.generator(), busy - before.busy());
    }

    /** CPU seconds of all services. */
    double services() {
        return cpu.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** The share of the machine's busy time that neither services nor generator account for. */
    double unexplained() {
        return busy <= 0 ? 0 : (busy - services() - generator) / busy;
    }
}
