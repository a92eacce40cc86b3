package io.quipu.acceptance.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The instances of one service. The weather adds some and takes some away, but never the last one.
 *
 * @param <S> what each of them offers
 */
final class Fleet<S extends Service> {

    /** Instances of a service at a time. */
    static final int MOST = 4;

    private final World world;
    private final String name;
    private final Function<Machine, S> boot;
    private final List<Node<S>> nodes = new ArrayList<>();
    private int numbers;

    /**
     * As many instances as a run begins with; none of them runs yet.
     *
     * @param boot starts the service in a process of its own
     */
    Fleet(World world, String name, int count, Function<Machine, S> boot) {
        this.world = world;
        this.name = name;
        this.boot = boot;
        for (int i = 0; i < count; i++) {
            create();
        }
    }

    private Node<S> create() {
        Node<S> node = new Node<>(world, name + "-" + numbers++, boot, nodes::remove);
        nodes.add(node);
        return node;
    }

    /** Those there are, also while one is down, oldest first; changes as they come and go. */
    List<Node<S>> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /** One more, unless there are {@link #MOST}; it is to be started. */
    Optional<Node<S>> grow() {
        return nodes.size() < MOST ? Optional.of(create()) : Optional.empty();
    }

    /** What runs on a machine is about to die, for good if another one stays. */
    void dies(Machine machine) {
        if (mayShrink()) {
            nodes.stream().filter(node -> node.machine() == machine).forEach(Node::leave);
        }
    }

    /** Whether one may leave for good: another one stays. */
    boolean mayShrink() {
        return nodes.stream().filter(node -> !node.leaves()).count() > 1;
    }
}
