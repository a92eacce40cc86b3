package io.quipu.reporting.source;

import io.quipu.common.time.Window;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonParser;

/** The windows that answers mostly name, found by their ids rather than read from them. Immutable. */
final class KnownWindows {

    private final Map<String, Window> byId = new HashMap<>();

    KnownWindows(Set<Window> asked) {
        asked.forEach(window -> byId.put(window.id(), window));
    }

    /** The window whose id the parser stands on. */
    Window window(JsonParser json) {
        String id = json.getString();
        Window window = byId.get(id);
        return window != null ? window : Window.parse(id);
    }
}
