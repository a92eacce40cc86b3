package io.quipu.common.service.binding;

import io.pivotal.cfenv.core.CfEnv;
import io.pivotal.cfenv.core.CfService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * The services that Cloud Foundry has bound to this application: none anywhere else. They stand in {@code VCAP_SERVICES}, or
 * where that would be too long in the file that {@code VCAP_SERVICES_FILE_PATH} names.
 */
public final class BoundServices {

    private static final String VARIABLE = "VCAP_SERVICES";
    private static final String FILE = "VCAP_SERVICES_FILE_PATH";

    /** What reads JSON for the bindings tells how it has set itself up, when there is no log yet to tell it to; kept, or it is forgotten. */
    private static final Logger READER = Logger.getLogger("com.cedarsoftware");

    static {
        READER.setLevel(Level.WARNING);
    }

    private BoundServices() {
    }

    /**
     * The bound services, in the order in which they are told.
     *
     * @throws BindingException what is told cannot be read
     */
    public static List<CfService> in(ConfigurableEnvironment environment) {
        String services = variable(environment, VARIABLE);
        String file = variable(environment, FILE);
        if (!services.isBlank()) {
            return parsed(services, VARIABLE);
        }
        return file.isBlank() ? List.of() : parsed(content(file), "the file that " + FILE + " names");
    }

    /** Whether a service's label, its name or one of its tags contains a word, in capitals or not. */
    public static boolean has(CfService service, String word) {
        List<?> tags = service.getMap().get("tags") instanceof List<?> list ? list : List.of();
        return Stream.concat(Stream.of("label", "name").map(service.getMap()::get), tags.stream())
                .anyMatch(text -> text != null && text.toString().toLowerCase(Locale.ROOT).contains(word));
    }

    /** What a service tells for access to it; empty when it tells nothing. */
    public static Map<?, ?> credentials(CfService service) {
        return service.getMap().get("credentials") instanceof Map<?, ?> map ? map : Map.of();
    }

    /** As it is: what looks like a placeholder in a password is none. */
    private static String variable(ConfigurableEnvironment environment, String name) {
        return environment.getPropertySources().stream().map(source -> source.getProperty(name)).filter(Objects::nonNull)
                .map(Object::toString).findFirst().orElse("");
    }

    private static String content(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException | InvalidPathException e) {
            throw new BindingException(FILE + " names " + file + ", which cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Cloud Foundry sets this variable; elsewhere leave it away.");
        }
    }

    /** The parser's own message and cause would show what it has read, passwords too. */
    private static List<CfService> parsed(String services, String where) {
        try {
            return List.copyOf(new CfEnv(null, services).findAllServices());
        } catch (RuntimeException e) {
            throw new BindingException(where + " does not hold bound services as JSON",
                    "Cloud Foundry writes it; elsewhere write it in the same way, or leave it away.");
        }
    }
}
