//! Reads any path of the configured server, for the command `api`.

use super::Client;
use crate::api::error_text::Endpoint;
use crate::api::types::ApiResponse;
use crate::domain::Error;

impl Client {
    /// Fetches the body at a path. A path that begins with a slash starts at the server URL, any other path at the
    /// base path.
    ///
    /// # Errors
    ///
    /// As [`Client::list`]; `Refused` if the path could leave the server or the base path.
    pub async fn get_path(&self, path: &str) -> Result<ApiResponse<Vec<u8>>, Error> {
        let base_path = self.lock_state().base_path.clone();
        let path = self.inner.url.resolve_path(&base_path, path)?;
        let response = self.send_ok(Endpoint::Path, &path, None).await?;
        Ok(ApiResponse { value: response.body, record: response.record })
    }
}
