package io.quipu.collector.drive;

import io.quipu.collector.log.DedupMark;
import io.quipu.collector.log.LogDocuments;
import io.quipu.collector.log.LogTimes;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import io.quipu.common.wire.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Settles which usage is the first with its deduplication key, in log order: its position stands in the key's mark, which
 * is inserted if absent. A mark with the usage's own position is one that an earlier try made. The mark of usage that ended later than
 * all that may have one is {@linkplain Write.Insert#fresh fresh}, as the end is part of the key.
 */
final class Deduplication {

    private final LogDocuments documents;
    private final LogTimes times;

    Deduplication(LogDocuments documents, LogTimes times) {
        this.documents = documents;
        this.times = times;
    }

    /**
     * The usages that are the first with their keys, by ascending position; all others are duplicates.
     *
     * @param batches of each of some partitions consecutive usages, from its cursor on, in order. A key is of one
     *     organization, hence of one partition
     * @param marked of each the latest end of usage that may have a mark already
     * @return those of each, in the same order
     */
    List<List<DrivenUsage>> firsts(List<List<DrivenUsage>> batches, List<Long> marked) {
        Map<String, DrivenUsage> candidates = new HashMap<>();
        List<Write.Insert> inserts = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            for (DrivenUsage usage : batches.get(i)) {
                String key = DedupMark.key(usage.usage());
                if (candidates.putIfAbsent(key, usage) == null) {
                    inserts.add(mark(key, usage, usage.usage().origin().end() > marked.get(i)));
                }
            }
        }
        List<Boolean> inserted = documents.insert(inserts);

        Set<DrivenUsage> firsts = Collections.newSetFromMap(new IdentityHashMap<>());
        List<String> found = new ArrayList<>();
        for (int i = 0; i < inserts.size(); i++) {
            String key = inserts.get(i).key();
            if (inserted.get(i)) {
                firsts.add(candidates.get(key));
            } else {
                found.add(key);
            }
        }
        if (!found.isEmpty()) {
            List<Optional<DedupMark>> marks = documents.marks(found);
            for (int i = 0; i < found.size(); i++) {
                DedupMark mark = marks.get(i).orElseThrow(
                        () -> new StoreException("a deduplication mark expired while it was looked at"));
                DrivenUsage usage = candidates.get(found.get(i));
                if (mark.position() == usage.position()) {
                    firsts.add(usage);
                }
            }
        }
        return batches.stream().map(usages -> usages.stream().filter(firsts::contains).toList()).toList();
    }

    private Write.Insert mark(String key, DrivenUsage usage, boolean fresh) {
        DedupMark mark = new DedupMark(DedupMark.VERSION, usage.position(), DedupMark.content(usage.usage()));
        return new Write.Insert(key, Json.write(mark),
                times.markExpiry(usage.usage().origin().end(), usage.acceptedAt()), fresh);
    }
}
