package io.quipu.collector.drive;

import io.quipu.collector.log.DedupMark;
import io.quipu.collector.log.LogDocuments;
import io.quipu.collector.log.LogTimes;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import io.quipu.common.wire.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settles which usage is the first with its deduplication key, in log order: its position stands in the key's mark, which
 * is inserted if absent. A mark with the usage's own position is one that an earlier try made.
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
     * @param usages consecutive usages of a partition, from its cursor on, in order
     */
    List<DrivenUsage> firsts(List<DrivenUsage> usages) {
        Map<String, DrivenUsage> candidates = new LinkedHashMap<>();
        for (DrivenUsage usage : usages) {
            candidates.putIfAbsent(DedupMark.key(usage.usage()), usage);
        }
        List<Write.Insert> inserts = new ArrayList<>();
        candidates.forEach((key, usage) -> inserts.add(mark(key, usage)));
        List<Boolean> inserted = documents.insert(inserts);

        List<DrivenUsage> firsts = new ArrayList<>();
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
            firsts.sort(Comparator.comparingLong(DrivenUsage::position));
        }
        return firsts;
    }

    private Write.Insert mark(String key, DrivenUsage usage) {
        DedupMark mark = new DedupMark(DedupMark.VERSION, usage.position(), DedupMark.content(usage.usage()));
        return new Write.Insert(key, Json.write(mark),
                times.markExpiry(usage.usage().origin().end(), usage.acceptedAt()));
    }
}
