package io.quipu.reporting.graph;

import graphql.schema.DataFetchingFieldSelectionSet;
import graphql.schema.SelectedField;
import io.quipu.reporting.report.Depth;
import java.util.HashMap;
import java.util.Map;

/**
 * Which members of a report a query selects. One without members of its own is selected whole. Immutable once it is made.
 */
final class Selection {

    private final Map<String, Selection> members = new HashMap<>();
    private int times;

    private Selection() {
    }

    /** All of it, once. */
    static Selection whole() {
        Selection whole = new Selection();
        whole.times = 1;
        return whole;
    }

    /** What a field's selection set selects. */
    static Selection of(DataFetchingFieldSelectionSet fields) {
        Selection selection = whole();
        selection.add(fields);
        return selection;
    }

    private void add(DataFetchingFieldSelectionSet fields) {
        for (SelectedField field : fields.getImmediateFields()) {
            Selection member = members.computeIfAbsent(field.getName(), name -> new Selection());
            member.times++;
            member.add(field.getSelectionSet());
        }
    }

    /** What is selected of a member; null when it is not selected. */
    Selection member(String name) {
        return members.isEmpty() ? this : members.get(name);
    }

    /** How often it stands in the answer: under each of its aliases, within each alias of what it is in. */
    int times() {
        return times;
    }

    /** How far down the report has to go. */
    Depth depth() {
        if (has("spaces", "consumers", "resources", "plans", "resource_instances")) {
            return Depth.INSTANCE;
        }
        if (has("spaces", "consumers")) {
            return Depth.CONSUMER;
        }
        return has("spaces") ? Depth.SPACE : Depth.ORGANIZATION;
    }

    private boolean has(String... path) {
        Selection selection = this;
        for (String name : path) {
            selection = selection.members.get(name);
            if (selection == null) {
                return false;
            }
        }
        return true;
    }
}
