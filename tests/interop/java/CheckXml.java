/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.security.Security;
import java.security.cert.X509Certificate;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.xml.security.Init;
import org.apache.xml.security.signature.XMLSignature;
import org.w3c.dom.Attr;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Verifies every XML signature of the files named on standard input with
 * Apache Santuario: "OK FILE COUNT" or "BAD FILE REASON".
 */
public final class CheckXml {
	private static final String DS = "http://www.w3.org/2000/09/xmldsig#";

	private CheckXml() {
	}

	public static void main(String[] args) throws Exception {
		Init.init();
		Security.addProvider(new BouncyCastleProvider());
		BufferedReader in = new BufferedReader(
		    new InputStreamReader(System.in, "UTF-8"));
		for (String line = in.readLine(); line != null;
		     line = in.readLine()) {
			try {
				System.out.println(
				    "OK " + line + " " + check(line));
			} catch (Exception e) {
				System.out.println("BAD " + line + " " + e);
			}
		}
	}

	private static int check(String path) throws Exception {
		DocumentBuilderFactory factory =
		    DocumentBuilderFactory.newInstance();
		factory.setNamespaceAware(true);
		File file = new File(path).getAbsoluteFile();
		Document doc = factory.newDocumentBuilder().parse(file);
		markIds(doc.getDocumentElement());
		NodeList list = doc.getElementsByTagNameNS(DS, "Signature");
		for (int i = 0; i < list.getLength(); i++) {
			XMLSignature signature = new XMLSignature(
			    (Element) list.item(i), file.toURI().toString(),
			    false);
			X509Certificate cert =
			    signature.getKeyInfo().getX509Certificate();
			if (!signature.checkSignatureValue(cert))
				throw new Exception("signature " + i);
		}
		return list.getLength();
	}

	private static void markIds(Element element) {
		NamedNodeMap map = element.getAttributes();
		for (int i = 0; i < map.getLength(); i++) {
			Attr attr = (Attr) map.item(i);
			if (attr.getName().equals("Id"))
				element.setIdAttributeNode(attr, true);
		}
		for (Node n = element.getFirstChild(); n != null;
		     n = n.getNextSibling())
			if (n instanceof Element)
				markIds((Element) n);
	}
}
