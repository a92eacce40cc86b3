package io.quipu.collector.lease;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Spreads partitions over instances: each partition has one, their counts differ by one at most, and no partition moves that
 * need not. The same for all who compute it.
 */
final class Spread {

    private Spread() {
    }

    /**
     * The partitions of each instance, ascending; none at all when there is no instance.
     *
     * @param partitions how many there are
     * @param held what each instance that lives has had; a partition that several have had is the first one's by id, and one
     *     that does not exist is nobody's
     */
    static SortedMap<String, List<Integer>> over(int partitions, Map<String, List<Integer>> held) {
        NavigableSet<Integer> free = new TreeSet<>();
        for (int partition = 0; partition < partitions; partition++) {
            free.add(partition);
        }
        TreeMap<String, NavigableSet<Integer>> shares = new TreeMap<>();
        new TreeMap<>(held).forEach((id, had) -> {
            NavigableSet<Integer> share = new TreeSet<>(had);
            share.retainAll(free);
            free.removeAll(share);
            shares.put(id, share);
        });
        Map<String, Integer> quotas = quotas(partitions, shares);
        shares.forEach((id, share) -> {
            while (share.size() > quotas.get(id)) {
                free.add(share.pollLast());
            }
        });
        shares.forEach((id, share) -> {
            while (share.size() < quotas.get(id)) {
                share.add(free.pollFirst());
            }
        });
        TreeMap<String, List<Integer>> spread = new TreeMap<>();
        shares.forEach((id, share) -> spread.put(id, List.copyOf(share)));
        return spread;
    }

    /** How many each is to have: those that have most keep one more where the number does not come out even. */
    private static Map<String, Integer> quotas(int partitions, SortedMap<String, NavigableSet<Integer>> shares) {
        List<String> byCount = new ArrayList<>(shares.keySet());
        byCount.sort(Comparator.comparing((String id) -> shares.get(id).size()).reversed());
        Map<String, Integer> quotas = new TreeMap<>();
        for (String id : byCount) {
            int more = quotas.size() < partitions % byCount.size() ? 1 : 0;
            quotas.put(id, partitions / byCount.size() + more);
        }
        return quotas;
    }
}
