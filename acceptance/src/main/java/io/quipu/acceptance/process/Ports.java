package io.quipu.acceptance.process;

import java.util.List;

/**
 * The services and their ports, as {@code ./quipu} has them.
 *
 * @param offset what is added to every port
 */
public record Ports(int offset) {

    /** The service that takes usage in. */
    public static final String COLLECTOR = "collector";

    /** The service that turns measures into metrics. */
    public static final String METER = "meter";

    /** The service that folds the metrics of resource instances. */
    public static final String ACCUMULATOR = "accumulator";

    /** The service that folds and rates totals. */
    public static final String AGGREGATOR = "aggregator";

    /** The service that answers reports. */
    public static final String REPORTING = "reporting";

    /** In the order in which they are started: each finds the next one already there. */
    public static final List<String> SERVICES = List.of(AGGREGATOR, ACCUMULATOR, METER, REPORTING, COLLECTOR);

    /** The port of a service. */
    public int of(String service) {
        return offset + switch (service) {
            case COLLECTOR -> 9_080;
            case METER -> 9_100;
            case ACCUMULATOR -> 9_200;
            case AGGREGATOR -> 9_300;
            case REPORTING -> 9_088;
            default -> throw new IllegalArgumentException("no service " + service);
        };
    }
}
