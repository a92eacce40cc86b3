package io.quipu.acceptance.bench;

import io.quipu.acceptance.process.Instance;
import io.quipu.acceptance.process.Ports;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A set of services that is measured as one.
 *
 * @param name what it is called in the tables
 * @param store the number of the store server that its instances share; 0 when each service has an embedded store
 * @param first the number of its first instances: those of two deployments differ, so that both can run at once
 * @param instances how many there are of each service
 */
record Deployment(String name, int store, int first, int instances) {

    /** The usual one. */
    static final Deployment EMBEDDED = new Deployment("embedded store", 0, 1, 1);

    /** One instance of each service on a store server. */
    static final Deployment SHARED = new Deployment("protocol server, 1 of each", 1, 2, 1);

    /** Two of each. */
    static final Deployment SHARED_BY_TWO = new Deployment("protocol server, 2 of each", 2, 3, 2);

    Deployment {
        if (store == 0 && instances > 1) {
            throw new IllegalArgumentException("an embedded store serves one instance of a service: " + name);
        }
    }

    boolean shared() {
        return store > 0;
    }

    /** The instances of a service. */
    List<Instance> of(String service) {
        return IntStream.range(first, first + instances).mapToObj(number -> new Instance(service, number)).toList();
    }

    /** All instances, in the order in which they are started. */
    List<Instance> all() {
        return Ports.SERVICES.stream().flatMap(service -> of(service).stream()).toList();
    }
}
