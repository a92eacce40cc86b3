package io.quipu.acceptance.chaos;

import io.quipu.acceptance.process.Instance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The instances that belong to the deployment at the moment, as a platform's router knows them. Thread-safe. */
final class Roster {

    private final List<Instance> present;

    Roster(Collection<Instance> first) {
        this.present = new ArrayList<>(first);
    }

    synchronized void joined(Instance instance) {
        present.add(instance);
    }

    synchronized void left(Instance instance) {
        present.remove(instance);
    }

    /** The instances of a service, those first that have been there longest. */
    synchronized List<Instance> of(String service) {
        return present.stream().filter(instance -> instance.service().equals(service)).toList();
    }
}
