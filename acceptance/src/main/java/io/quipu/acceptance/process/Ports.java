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

    /** So many instances of a service have ports that are no other's. */
    public static final int MAX_INSTANCES = 8;

    /** In the order in which they are started: each finds the next one already there. */
    public static final List<String> SERVICES = List.of(AGGREGATOR, ACCUMULATOR, METER, REPORTING, COLLECTOR);

    /** The port of one of a service's instances; of the first it is the service's own. */
    public int of(Instance instance) {
        return of(instance.service()) + instance.number() - 1;
    }

    /** The port of a service, or of its first instance. */
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
