package io.quipu.common.http;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Checks the addresses of another service's instances, as they are configured: a list of base URLs, one is a list of one. */
public final class BaseUrls {

    /** Instances that may be listed: more are for a platform's router, which is one URL. */
    public static final int MAX = 64;

    private static final Map<String, Integer> DEFAULT_PORTS = Map.of("http", 80, "https", 443);

    private BaseUrls() {
    }

    /**
     * The URLs without a slash at their end: absolute, http or https, of a host, with neither user, query nor fragment, no two
     * the same.
     *
     * @param property the name of the property that they were read from
     * @throws InvalidConfigurationPropertyValueException that names the property and what is wrong with it
     */
    public static List<URI> checked(String property, List<URI> urls) {
        if (urls.isEmpty() || urls.size() > MAX) {
            throw new InvalidConfigurationPropertyValueException(property, urls.stream().map(BaseUrls::shown).toList(),
                    "it must list 1 to " + MAX + " URLs, separated by commas");
        }
        List<URI> checked = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (URI url : urls) {
            if (!usable(url)) {
                throw new InvalidConfigurationPropertyValueException(property, shown(url),
                        "each URL must be like http://host:9100, http or https, without user, query and fragment");
            }
            URI base = URI.create(url.toString().replaceFirst("/+$", ""));
            if (!seen.add(normal(base))) {
                throw new InvalidConfigurationPropertyValueException(property, url, "no URL may be listed twice");
            }
            checked.add(base);
        }
        return List.copyOf(checked);
    }

    private static boolean usable(URI url) {
        return url.getScheme() != null && DEFAULT_PORTS.containsKey(url.getScheme().toLowerCase(Locale.ROOT))
                && url.getHost() != null && url.getPort() != 0 && url.getPort() <= 65_535
                && url.getRawUserInfo() == null && url.getRawQuery() == null && url.getRawFragment() == null;
    }

    /** As it may be printed: without the user and the password, wherever an address of this kind has them. */
    private static String shown(URI url) {
        return url.toString().replaceFirst("(?<=//)[^/?#]*@", "");
    }

    private static String normal(URI url) {
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        int port = url.getPort() < 0 ? DEFAULT_PORTS.get(scheme) : url.getPort();
        return scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + ":" + port + url.getRawPath();
    }
}
