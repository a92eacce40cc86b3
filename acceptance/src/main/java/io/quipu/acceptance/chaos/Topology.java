package io.quipu.acceptance.chaos;

import static io.quipu.acceptance.process.Ports.ACCUMULATOR;
import static io.quipu.acceptance.process.Ports.AGGREGATOR;
import static io.quipu.acceptance.process.Ports.COLLECTOR;
import static io.quipu.acceptance.process.Ports.METER;
import static io.quipu.acceptance.process.Ports.REPORTING;

import io.quipu.acceptance.process.Ports;
import java.util.List;

/**
 * The services and who calls whom, with the ports of both.
 *
 * @param offset what is added to every port
 */
record Topology(int offset) {

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

    /** The port of a service. */
    int port(String service) {
        return new Ports(offset).of(service);
    }

    /** The port of the link between a service and one that calls it. */
    int port(Call call) {
        return offset + FIRST_LINK_PORT + CALLS.indexOf(call);
    }
}
