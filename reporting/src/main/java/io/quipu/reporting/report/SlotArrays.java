package io.quipu.reporting.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The five arrays of slots that reports call {@code windows}: seconds, minutes, hours, days, months. What is not kept is
 * an array of one null.
 */
final class SlotArrays {

    private static final List<Slot> NOT_KEPT = Collections.singletonList(null);

    private SlotArrays() {
    }

    /** The arrays; no hours means that they are not kept. */
    static List<List<Slot>> of(List<Slot> hours, List<Slot> days, List<Slot> months) {
        return List.of(NOT_KEPT, NOT_KEPT, hours.isEmpty() ? NOT_KEPT : hours, days, months);
    }

    /** Each slot changed; null stays null. */
    static List<List<Slot>> map(List<List<Slot>> windows, UnaryOperator<Slot> change) {
        List<List<Slot>> changed = new ArrayList<>(windows.size());
        for (List<Slot> slots : windows) {
            List<Slot> row = new ArrayList<>(slots.size());
            for (Slot slot : slots) {
                row.add(slot == null ? null : change.apply(slot));
            }
            changed.add(Collections.unmodifiableList(row));
        }
        return List.copyOf(changed);
    }

    /**
     * The sums of at least one part, slot by slot; null where all parts are null. All parts have arrays of the same
     * lengths.
     */
    static List<List<Slot>> sum(List<List<List<Slot>>> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        List<List<Slot>> sums = new ArrayList<>();
        for (int unit = 0; unit < parts.get(0).size(); unit++) {
            List<Slot> row = new ArrayList<>();
            for (int slot = 0; slot < parts.get(0).get(unit).size(); slot++) {
                Slot sum = null;
                for (List<List<Slot>> part : parts) {
                    Slot next = part.get(unit).get(slot);
                    if (next != null) {
                        sum = sum == null ? next : Slot.add(sum, next);
                    }
                }
                row.add(sum);
            }
            sums.add(Collections.unmodifiableList(row));
        }
        return List.copyOf(sums);
    }

    /** Whether any slot shows something. */
    static boolean anyUsed(List<List<Slot>> windows) {
        for (List<Slot> slots : windows) {
            for (Slot slot : slots) {
                if (slot != null) {
                    return true;
                }
            }
        }
        return false;
    }
}
