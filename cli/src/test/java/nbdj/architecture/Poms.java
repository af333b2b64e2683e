package nbdj.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Reads the poms of the tree. */
final class Poms {
  /** The root of the tree. */
  static final Path ROOT =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("..").normalize();

  private Poms() {}

  /** Read the pom in a folder of the tree. */
  static Element read(String folder) throws IOException {
    Path pom = ROOT.resolve(folder).resolve("pom.xml");
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(pom.toFile())
          .getDocumentElement();
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(pom + ": " + e.getMessage(), e);
    }
  }

  /** Get the folders of all modules, in the order of the build. */
  static List<String> modules() throws IOException {
    return elements(read("."), "module").map(Element::getTextContent).toList();
  }

  /** Get the version of the build. */
  static String version() throws IOException {
    return child(read("."), "version").orElseThrow();
  }

  /** Get the text of an element directly below another. */
  static Optional<String> child(Element parent, String name) {
    return elements(parent, name)
        .filter(element -> element.getParentNode().isSameNode(parent))
        .map(Element::getTextContent)
        .findFirst();
  }

  /** Get all elements of a name, at any depth. */
  static Stream<Element> elements(Element parent, String name) {
    NodeList found = parent.getElementsByTagName(name);
    return IntStream.range(0, found.getLength()).mapToObj(found::item).map(Element.class::cast);
  }

  /** Read a file of the tree. */
  static String text(String path) throws IOException {
    return Files.readString(ROOT.resolve(path));
  }
}
