package io.quipu.collector.lease;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which collectors there are and which of them drives which partition: the one document of it, replaced by compare-and-set.
 *
 * @param version the format, {@link #VERSION}
 * @param instances those that live, or were not found dead yet, by id
 */
public record Leases(int version, List<Instance> instances) {

    /** The format that this release writes; a newer one is refused. */
    public static final int VERSION = 1;

    /** Instances that the document holds at most. One more drives nothing until there is room: it appends and signals. */
    public static final int MAX_INSTANCES = 500;

    /** Of a deployment that no collector has been in. */
    static final Leases NONE = new Leases(VERSION, List.of());

    /** Refuses a format of a newer release; orders the instances. */
    public Leases {
        if (version > VERSION) {
            throw new IllegalStateException("the leases document has format " + version + ", this release knows " + VERSION);
        }
        instances = instances.stream().sorted(Comparator.comparing(Instance::id)).toList();
    }

    /**
     * One collector.
     *
     * @param id unique for ever: another one with every start
     * @param beat changes as long as it lives
     * @param backlog see {@link Load}; of its partitions
     * @param oldest see {@link Load}; of its partitions
     * @param partitions which it drives
     */
    public record Instance(String id, long beat, long backlog, long oldest, List<Integer> partitions) {

        /** Copies the partitions. */
        public Instance {
            partitions = List.copyOf(partitions);
        }

        /** What waits in its partitions. */
        Load load() {
            return new Load(backlog, oldest);
        }
    }

    /** An instance, if it is there. */
    public Optional<Instance> instance(String id) {
        return instances.stream().filter(instance -> instance.id().equals(id)).findFirst();
    }

    /** What waits with all but one of them. */
    Load loadBut(String id) {
        return instances.stream().filter(instance -> !instance.id().equals(id)).map(Instance::load).reduce(Load.NONE, Load::plus);
    }

    /** Without some. */
    Leases without(Set<String> ids) {
        return new Leases(version, instances.stream().filter(instance -> !ids.contains(instance.id())).toList());
    }

    /** With the beat and the load of one of them, which enters if it is not there; unchanged when there is no room for it. */
    Leases beaten(String id, long beat, Load load) {
        Optional<Instance> before = instance(id);
        if (before.isEmpty() && instances.size() >= MAX_INSTANCES) {
            return this;
        }
        List<Instance> changed = new ArrayList<>(without(Set.of(id)).instances);
        changed.add(new Instance(id, beat, load.backlog(), load.oldest(), before.map(Instance::partitions).orElse(List.of())));
        return new Leases(version, changed);
    }

    /** With so many partitions {@linkplain Spread spread} over all. */
    Leases spread(int partitions) {
        Map<String, List<Integer>> held = new TreeMap<>();
        instances.forEach(instance -> held.put(instance.id(), instance.partitions()));
        Map<String, List<Integer>> spread = Spread.over(partitions, held);
        return new Leases(version, instances.stream().map(of ->
                new Instance(of.id(), of.beat(), of.backlog(), of.oldest(), spread.get(of.id()))).toList());
    }
}
