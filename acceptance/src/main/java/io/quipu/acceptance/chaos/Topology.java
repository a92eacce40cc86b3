package io.quipu.acceptance.chaos;

import static io.quipu.acceptance.process.Ports.ACCUMULATOR;
import static io.quipu.acceptance.process.Ports.AGGREGATOR;
import static io.quipu.acceptance.process.Ports.COLLECTOR;
import static io.quipu.acceptance.process.Ports.METER;
import static io.quipu.acceptance.process.Ports.REPORTING;

import io.quipu.acceptance.process.Instance;
import io.quipu.acceptance.process.Ports;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The services' instances and who calls whom, with the ports of both.
 *
 * @param offset what is added to every port
 * @param instances of each service, from the beginning
 * @param growing services that get one more under load
 */
record Topology(int offset, int instances, Set<String> growing) {

    /** Of many exchanges, or of those of which a report needs several, one in so many is disturbed. */
    private static final int MANY = 8;
    /** Of the batches, and the ends of snapshots, which are few, one in so many. */
    private static final int FEW = 3;

    /** A link of its own for every pair, so that faults of one caller are not those of another. */
    static final List<Call> CALLS = List.of(new Call("client", COLLECTOR, MANY), new Call(COLLECTOR, METER, FEW),
            new Call(METER, ACCUMULATOR, FEW), new Call(ACCUMULATOR, AGGREGATOR, FEW),
            new Call(REPORTING, ACCUMULATOR, MANY), new Call(REPORTING, AGGREGATOR, MANY),
            new Call(REPORTING, COLLECTOR, MANY), new Call(COLLECTOR, ACCUMULATOR, FEW));

    private static final int FIRST_LINK_PORT = 9_400;

    /**
     * A service and one that calls it.
     *
     * @param caller who calls
     * @param service who is called
     * @param disturbed one in so many exchanges is disturbed
     */
    record Call(String caller, String service, int disturbed) {

        String name() {
            return caller + "→" + service;
        }
    }

    Topology {
        growing = Set.copyOf(growing);
    }

    /** One instance of each service, for good. */
    static Topology single(int offset) {
        return new Topology(offset, 1, Set.of());
    }

    /** The instances that are there from the beginning, in the order in which they are started. */
    List<Instance> first() {
        return IntStream.rangeClosed(1, instances).boxed()
                .flatMap(number -> Ports.SERVICES.stream().map(service -> new Instance(service, number))).toList();
    }

    /** Those that join under load. */
    List<Instance> later() {
        return Ports.SERVICES.stream().filter(growing::contains).map(this::joining).toList();
    }

    /** The instance that joins a growing service. */
    Instance joining(String service) {
        return new Instance(service, instances + 1);
    }

    /** All instances that a service has at some time. */
    List<Instance> of(String service) {
        return IntStream.rangeClosed(1, instances + (growing.contains(service) ? 1 : 0))
                .mapToObj(number -> new Instance(service, number)).toList();
    }

    /** The port of an instance. */
    int port(Instance instance) {
        return new Ports(offset).of(instance);
    }

    /** The port of the link between an instance and the service that calls it. */
    int port(Call call, Instance called) {
        return offset + FIRST_LINK_PORT + CALLS.indexOf(call) * Ports.MAX_INSTANCES + called.number() - 1;
    }

    /** Where a caller finds the instances of a service, those included that join later: base URLs, separated by commas. */
    String urls(Call call) {
        return of(call.service()).stream().map(instance -> "http://127.0.0.1:" + port(call, instance))
                .collect(Collectors.joining(","));
    }
}
